using MaskedVerify.Domain;
using MaskedVerify.Testing;
using static MaskedVerify.Privacy.Tests.PrivacyFixture;

namespace MaskedVerify.Privacy.Tests.Sealing;

/// <summary>
/// Bytes of every stored format, computed once outside of this product (Python, hmac and cryptography's AESGCM) from the documented layouts: root key
/// 00 01 … 1f, region <c>golden</c>, tenant <c>tn-golden</c>, keys 32 times 11, 22, … 77, nonces 12 times one byte. What is stored must open for ever: if a test
/// here fails, the format changed, and the answer is a new format version, not a new constant.
/// </summary>
public sealed class GoldenBytesTests
{
    private const string FrontTag =
        "01a1a1a1a1a1a1a1a1a1a1a1a1b4d1ea4fc20f60c5d50cb05cf929d6c660204c524bf8e1f95a3ac1b1c2dcf1c41666a40f081d6ed8939d641ea52abf72";
    private const string Code =
        "01a2a2a2a2a2a2a2a2a2a2a2a277ac3a206f1859ce2b6333971e165354e98375f8f0d77daaa5a464e91d0134793b8cb7f02029427eb609da24915d8cfb";
    private const string Guard =
        "01a3a3a3a3a3a3a3a3a3a3a3a3b174aaeddd09162079830acd1c41714d110429e12c9580457fb47feb5e81e8818fc0093018b69881dce41cbc06b48ec3";
    private const string TenantKek =
        "01a4a4a4a4a4a4a4a4a4a4a4a47e5a87f6368756731052c12f0f949f62d204c2d2f221412f1082194a39d41ad543bb5a3fea1e639f2adc5101b9f06d10";
    private const string TenantAlias =
        "01a5a5a5a5a5a5a5a5a5a5a5a57412c9f567c97ddc7df9f6b7fd762270d84fe202b60414141302d22c7112a6ceb1ccc3d92ee88467df00f530f71d5075";
    private const string TenantFingerprint =
        "01a6a6a6a6a6a6a6a6a6a6a6a62291857e4d0c7e794411589a95e68621aa1bde1d81b7f9cc857649e2db41492a954deb508a131a53761f05b5b4b1c452";
    private const string Alias = "pa-1014d2pf2dbsqqzxq5tk1v58cggafb7na93p0ehb";
    private const string Verification = "vf-1014d2pf2dbsqqzxq5tk1v58cgg7yvjx9gxjm688028t5cy4tqkffdmj9an7c5ack6";
    private const string Index = "ee02f02da0c42a00a2394461adfd723b71af7c57ad5f8682fc0955b7504e1718";
    private const string SubjectKey =
        "01b1b1b1b1b1b1b1b1b1b1b1b14e22306e73940408a386f363627ae4ba850a6d766786c51f7e5b56ceb462927c7b3cfce09bfdfec286c8040589fb4811";
    private const string Number = "01b2b2b2b2b2b2b2b2b2b2b2b212e1c8d7db9d39fb720f5acb6b5128b50db9dc880c2aed22";
    private const string CodeMac = "00de7c8cb85424b35b07582645cbb9b92c999c614e63c902a82077dc74227220";
    private const string SealedCode = "01b3b3b3b3b3b3b3b3b3b3b3b39c2baba954d117d42ddde7ddc7c0ad3d1e84f88e099d5d14f4a5";
    private const string GuardKey = "aa1afd04f71d53cb7434cd52051620391d77c09344ba234d8b18c51fa82a5d5e";
    private const string Idempotency = "f69ecc2edf210170952193d1389727cbcb41910eabbaa9515e26d7a35e3cd79e";
    private const string Fingerprint = "966cfec4b4d9eaac48c5637f1190809a";

    private static readonly TenantId Tenant = TenantId.Parse("tn-golden");

    [Fact]
    public async Task Stored_ByAnEarlierVersion_StillOpens()
    {
        using var directory = new TestDirectory();
        await using var fixture = await StartAsync(GoldenStore(), GoldenRootKey(directory), options => options.Region = "golden");
        var (alias, verification, code) = Ids();

        Assert.True(fixture.Tagger.Owns(Tenant, alias));
        Assert.True(fixture.Tagger.Owns(Tenant, verification));
        Assert.Equal(alias, await fixture.Aliases.FindAsync(Tenant, "buyer", PrivacyFixture.Number));
        Assert.Equal(PrivacyFixture.Number, await fixture.Aliases.OpenAsync(Tenant, alias, new SealedNumber(Convert.FromHexString(Number))));
        Assert.True(fixture.Codes.Matches(Convert.FromHexString(CodeMac), Tenant, verification, 2, code));
        Assert.Equal(code, await fixture.Codes.OpenAsync(Tenant, alias, verification, 2, Convert.FromHexString(SealedCode)));
    }

    [Fact]
    public async Task Hashes_AreWhatAnEarlierVersionStored()
    {
        using var directory = new TestDirectory();
        await using var fixture = await StartAsync(GoldenStore(), GoldenRootKey(directory), options => options.Region = "golden");
        var (_, verification, code) = Ids();
        Assert.True(IdempotencyKey.TryParse("order-1", out var key));

        AssertHex(CodeMac, fixture.Codes.Mac(Tenant, verification, 2, code));
        AssertHex(GuardKey, fixture.Hashes.Guard(PrivacyFixture.Number, live: true));
        AssertHex(Idempotency, await fixture.Hashes.IdempotencyAsync(Tenant, key));
        AssertHex(Fingerprint, await fixture.Hashes.FingerprintAsync(Tenant, ["start", Alias, "zh-CN", "ü"]));
        AssertHex(Index, AliasDirectory.IndexKey(Repeat(0x55, 32), "buyer", PrivacyFixture.Number));
    }

    [Fact]
    public void Sealed_UnderTheSameNonce_GivesTheSameBytes()
    {
        var (alias, verification, code) = Ids();
        byte[] root = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

        AssertHex(Number, SealedNumbers.Seal(Repeat(0x77, 32), Repeat(0xb2, 12), "golden", Tenant, alias, PrivacyFixture.Number).Bytes);
        AssertHex(SealedCode, CodeProtector.Seal(Repeat(0x77, 32), Repeat(0xb3, 12), "golden", Tenant, alias, verification, 2, code));
        AssertHex(
            SubjectKey,
            Envelope.Seal(Repeat(0x44, 32), Repeat(0xb1, 12), SubjectKeys.Bind(new byte[AsciiWriter.BufferSize], "golden", Tenant, alias, 1), Repeat(0x77, 32)));
        AssertHex(FrontTag, Envelope.Seal(root, Repeat(0xa1, 12), KeyNames.WrapContext("golden", default, KeyNames.FrontTag, 1), Repeat(0x11, 32)));
        AssertHex(TenantKek, Envelope.Seal(root, Repeat(0xa4, 12), KeyNames.WrapContext("golden", Tenant, KeyNames.TenantKek, 1), Repeat(0x44, 32)));
    }

    private static InMemoryKeysStore GoldenStore()
    {
        var (alias, _, _) = Ids();
        var store = new InMemoryKeysStore();
        store.Keys[(default, "front-tag")] = Version1(FrontTag);
        store.Keys[(default, "code")] = Version1(Code);
        store.Keys[(default, "guard")] = Version1(Guard);
        store.Keys[(Tenant, "tenant-kek")] = Version1(TenantKek);
        store.Keys[(Tenant, "tenant-alias")] = Version1(TenantAlias);
        store.Keys[(Tenant, "tenant-fingerprint")] = Version1(TenantFingerprint);
        store.Index[Index.ToUpperInvariant()] = alias;
        store.SubjectKeys[alias] = new WrappedKey(1, Convert.FromHexString(SubjectKey));
        return store;
    }

    private static string GoldenRootKey(TestDirectory directory)
    {
        var path = directory.File("root.key");
        File.WriteAllBytes(path, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static (AliasId Alias, VerificationId Verification, OneTimeCode Code) Ids()
    {
        Assert.True(AliasId.TryParse(Alias, out var alias));
        Assert.True(VerificationId.TryParse(Verification, out var verification));
        Assert.True(OneTimeCode.TryParse("042719", out var code));
        return (alias, verification, code);
    }

    private static List<WrappedKey> Version1(string hex) => [new WrappedKey(1, Convert.FromHexString(hex))];

    private static byte[] Repeat(byte value, int count) => [.. Enumerable.Repeat(value, count)];

    private static void AssertHex(string expected, byte[] actual) => Assert.Equal(expected, Convert.ToHexStringLower(actual));
}
