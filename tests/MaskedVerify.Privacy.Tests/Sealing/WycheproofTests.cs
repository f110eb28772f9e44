using System.Text.Json;

namespace MaskedVerify.Privacy.Tests.Sealing;

/// <summary>Published vectors against the very calls that seal and hash (see TestData/wycheproof/README.md).</summary>
public sealed class WycheproofTests
{
    [Fact]
    public void Envelope_AgreesWithEveryVector()
    {
        var (valid, invalid) = (0, 0);
        foreach (var (id, vector) in Read("aes_gcm_256_96_128.json"))
        {
            var (key, nonce, data, text) = (Hex(vector, "key"), Hex(vector, "iv"), Hex(vector, "aad"), Hex(vector, "msg"));
            byte[] stored = [Envelope.FormatVersion, .. nonce, .. Hex(vector, "ct"), .. Hex(vector, "tag")];
            var opened = new byte[stored.Length - Envelope.Overhead];
            if (vector.GetProperty("result").GetString() == "valid")
            {
                valid++;
                Assert.Equal(stored, Envelope.Seal(key, nonce, data, text));
                Assert.True(Envelope.TryOpen(key, data, stored, opened), $"vector {id}");
                Assert.Equal(text, opened);
            }
            else
            {
                invalid++;
                opened.AsSpan().Fill(0xAA);
                Assert.False(Envelope.TryOpen(key, data, stored, opened), $"vector {id}");
                Assert.All(opened, b => Assert.Equal(0, b));
            }
        }

        Assert.Equal((39, 27), (valid, invalid));
    }

    [Fact]
    public void KeyedMac_AgreesWithEveryVector()
    {
        var (valid, invalid) = (0, 0);
        var mac = new byte[KeyedMac.Size];
        foreach (var (id, vector) in Read("hmac_sha256_256.json"))
        {
            KeyedMac.Compute(Hex(vector, "key"), Hex(vector, "msg"), mac);
            var agrees = mac.AsSpan().SequenceEqual(Hex(vector, "tag"));
            var expected = vector.GetProperty("result").GetString() == "valid";
            Assert.True(agrees == expected, $"vector {id}");
            (valid, invalid) = expected ? (valid + 1, invalid) : (valid, invalid + 1);
        }

        Assert.Equal((33, 54), (valid, invalid));
    }

    private static byte[] Hex(JsonElement vector, string name) => Convert.FromHexString(vector.GetProperty(name).GetString()!);

    private static IEnumerable<(int Id, JsonElement Vector)> Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "TestData", "wycheproof", file)));
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var vector in group.GetProperty("tests").EnumerateArray())
            {
                yield return (vector.GetProperty("tcId").GetInt32(), vector.Clone());
            }
        }
    }
}
