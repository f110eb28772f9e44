using FsCheck;
using FsCheck.Xunit;

namespace MaskedVerify.Domain.Tests.Identifiers;

public sealed class Base32Tests
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    [Property(MaxTest = 2_000)]
    public void Write_ThenRead_GivesTheValue(DoNotSize<ulong> high, DoNotSize<ulong> low)
    {
        Span<char> text128 = stackalloc char[Base32.Length128];
        Span<char> text64 = stackalloc char[Base32.Length64];
        var value = new UInt128(high.Item, low.Item);
        Base32.Write(value, text128);
        Base32.Write(low.Item, text64);

        Assert.True(Base32.TryRead(text128, out UInt128 read128));
        Assert.True(Base32.TryRead(text64, out ulong read64));
        Assert.Equal(value, read128);
        Assert.Equal(low.Item, read64);
    }

    [Property(MaxTest = 2_000)]
    public void Read_ThenWrite_GivesTheText(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var text = string.Concat(Enumerable.Range(0, Base32.Length128).Select(_ => Alphabet[random.Next(32)]));
        Span<char> again = stackalloc char[Base32.Length128];
        var fits = Alphabet.IndexOf(text[0], StringComparison.Ordinal) <= 7;

        Assert.Equal(fits, Base32.TryRead(text, out UInt128 value));
        if (fits)
        {
            Base32.Write(value, again);
            Assert.Equal(text, again);
        }
    }

    [Fact]
    public void TryRead_AtTheEdges()
    {
        Assert.True(Base32.TryRead("7zzzzzzzzzzzzzzzzzzzzzzzzz", out UInt128 most128));
        Assert.Equal(UInt128.MaxValue, most128);
        Assert.False(Base32.TryRead("8zzzzzzzzzzzzzzzzzzzzzzzzz", out UInt128 _));
        Assert.True(Base32.TryRead("fzzzzzzzzzzzz", out ulong most64));
        Assert.Equal(ulong.MaxValue, most64);
        Assert.False(Base32.TryRead("g000000000000", out ulong _));
    }

    [Fact]
    public void TryRead_EveryForeignCharacterInEveryPlace_IsRefused()
    {
        for (var c = char.MinValue; c < 0x180; c++)
        {
            var known = Alphabet.Contains(c, StringComparison.Ordinal);
            Assert.Equal(known, Base32.IsDigit(c));
            for (var place = 1; place < Base32.Length64 && !known; place++)
            {
                var text = new string('0', Base32.Length64).ToCharArray();
                text[place] = c;
                Assert.False(Base32.TryRead(text, out ulong _));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("000000000000")]
    [InlineData("00000000000000")]
    public void TryRead_WhenOfAnotherLength_IsRefused(string text) => Assert.False(Base32.TryRead(text, out ulong _));
}
