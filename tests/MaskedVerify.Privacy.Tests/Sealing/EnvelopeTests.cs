using System.Security.Cryptography;
using FsCheck.Xunit;

namespace MaskedVerify.Privacy.Tests.Sealing;

public sealed class EnvelopeTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Property(MaxTest = 500)]
    public void Seal_ThenTryOpen_GivesThePlaintext(byte[] text, byte[] data)
    {
        var stored = Envelope.Seal(Key, data, text);
        var opened = new byte[text.Length];

        Assert.Equal(text.Length + 29, stored.Length);
        Assert.True(Envelope.TryOpen(Key, data, stored, opened));
        Assert.Equal(text, opened);
    }

    [Property(MaxTest = 200)]
    public void TryOpen_WithAnyBitChanged_RefusesAndLeavesZeros(byte[] text, byte[] data)
    {
        var stored = Envelope.Seal(Key, data, text);
        var opened = new byte[text.Length];
        for (var place = 0; place < stored.Length; place++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])stored.Clone();
                changed[place] ^= (byte)(1 << bit);
                opened.AsSpan().Fill(0xAA);
                Assert.False(Envelope.TryOpen(Key, data, changed, opened));
                Assert.True(opened.AsSpan().IndexOfAnyExcept((byte)0) < 0);
            }
        }
    }

    [Property(MaxTest = 200)]
    public void TryOpen_WithOtherDataKeyOrLength_Refuses(byte[] text, byte[] data, byte[] otherData)
    {
        var stored = Envelope.Seal(Key, data, text);
        var opened = new byte[text.Length];

        Assert.Equal(data.AsSpan().SequenceEqual(otherData), Envelope.TryOpen(Key, otherData, stored, opened));
        Assert.False(Envelope.TryOpen(RandomNumberGenerator.GetBytes(32), data, stored, opened));
        Assert.False(Envelope.TryOpen(Key, data, stored.AsSpan(0, stored.Length - 1), opened));
        Assert.False(Envelope.TryOpen(Key, data, [.. stored, 0], opened));
        Assert.False(Envelope.TryOpen(Key, data, stored, new byte[text.Length + 1]));
        Assert.False(Envelope.TryOpen(Key, data, [], opened));
    }

    [Fact]
    public void Seal_NeverUsesANonceTwice()
    {
        var nonces = Enumerable.Range(0, 10_000).Select(_ => Convert.ToHexString(Envelope.Seal(Key, [], [1]).AsSpan(1, 12)));

        Assert.Equal(10_000, nonces.Distinct().Count());
    }
}
