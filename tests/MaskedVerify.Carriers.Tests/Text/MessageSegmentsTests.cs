using FsCheck.Xunit;
using MaskedVerify.Carriers.Text;

namespace MaskedVerify.Carriers.Tests.Text;

[Properties(Arbitrary = [typeof(TextArbitraries)], MaxTest = 500)]
public sealed class MessageSegmentsTests
{
    [Property]
    public void Gsm7_WhenEncodedAndDecoded_IsTheText(GsmText text)
    {
        var octets = Gsm7.Encode(text.Value);
        Assert.Equal(Gsm7.Septets(text.Value), octets.Length);
        Assert.All(octets, octet => Assert.InRange(octet, 0, 127));
        Assert.Equal(text.Value, Gsm7.Decode(octets));
    }

    [Property]
    public void Split_WhenGsm_PartsAreTheTextAndFit(GsmText text, bool wide) =>
        CheckParts(text.Value, TextAlphabet.Gsm7, wide ? ConcatenationReference.SixteenBit : ConcatenationReference.EightBit);

    [Property]
    public void Split_WhenUcs2_PartsAreTheTextAndFitAndCutNoPair(WildText text, bool wide)
    {
        var parts = CheckParts(text.Value, TextAlphabet.Ucs2, wide ? ConcatenationReference.SixteenBit : ConcatenationReference.EightBit);
        for (var i = 1; i < parts.Count; i++)
        {
            Assert.False(char.IsSurrogatePair(parts[i - 1][^1], parts[i][0]));
        }
    }

    [Property]
    public void Ucs2_WhenEncodedAndDecoded_IsTheText(WildText text) =>
        Assert.Equal(text.Value, MessageSegments.Decode(MessageSegments.Encode(text.Value, TextAlphabet.Ucs2), TextAlphabet.Ucs2));

    [Property]
    public void Decode_WhenAnyOctets_NeverThrows(byte[] octets)
    {
        Assert.NotNull(Gsm7.Decode(octets));
        Assert.Equal(octets.Length / 2, MessageSegments.Decode(octets, TextAlphabet.Ucs2).Length);
    }

    [Theory]
    [InlineData('a', 160, 1)]
    [InlineData('a', 161, 2)]
    [InlineData('a', 304, 2)]
    [InlineData('a', 305, 3)]
    [InlineData('€', 80, 1)]
    [InlineData('€', 81, 2)]
    [InlineData('验', 70, 1)]
    [InlineData('验', 71, 2)]
    [InlineData('验', 132, 2)]
    [InlineData('验', 133, 3)]
    public void Count_WhenAtTheLimits_IsExact(char c, int length, int parts) => Assert.Equal(parts, MessageSegments.Count(new string(c, length)));

    [Theory]
    [InlineData('a', 306, 2)]
    [InlineData('a', 307, 3)]
    [InlineData('验', 134, 2)]
    [InlineData('验', 135, 3)]
    public void Count_WhenReferenceIsEightBit_LeavesOneMore(char c, int length, int parts) =>
        Assert.Equal(parts, MessageSegments.Count(new string(c, length), ConcatenationReference.EightBit));

    [Fact]
    public void Split_WhenExtensionCharacterStandsOnTheBoundary_MovesItWhole()
    {
        var text = new string('a', 151) + "€" + new string('b', 20);
        var parts = MessageSegments.Split(text, TextAlphabet.Gsm7, ConcatenationReference.SixteenBit);
        Assert.Equal([new string('a', 151), "€" + new string('b', 20)], parts);
    }

    [Fact]
    public void Decode_WhenEscapeStandsLastOrBeforeUnknown_IsLenient()
    {
        Assert.Equal("a", Gsm7.Decode([0x61, 0x1B]));
        Assert.Equal("€a", Gsm7.Decode([0x1B, 0x65, 0x1B, 0x61]));
        Assert.Equal("\uFFFD", Gsm7.Decode([0xFF]));
    }

    private static IReadOnlyList<string> CheckParts(string text, TextAlphabet alphabet, ConcatenationReference reference)
    {
        var parts = MessageSegments.Split(text, alphabet, reference);
        Assert.Equal(text, string.Concat(parts));
        var limit = parts.Count == 1 ? MessageSegments.SingleLimit(alphabet) : MessageSegments.PartLimit(alphabet, reference);
        Assert.All(parts, part => Assert.InRange(MessageSegments.Measure(part, alphabet), parts.Count == 1 ? 0 : 1, limit));
        var headerOctets = parts.Count == 1 ? 0 : reference == ConcatenationReference.EightBit ? 6 : 7;
        Assert.All(parts, part => Assert.True(OctetsOnAir(part, alphabet, headerOctets) <= 140));
        return parts;
    }

    // What the radio interface has room for: septets are packed, and after a header they begin on a septet boundary (3GPP TS 23.040 §9.2.3.24).
    private static int OctetsOnAir(string part, TextAlphabet alphabet, int headerOctets)
    {
        var room = MessageSegments.Measure(part, alphabet);
        return alphabet == TextAlphabet.Gsm7 ? (((((headerOctets * 8) + 6) / 7) + room) * 7 + 7) / 8 : headerOctets + (room * 2);
    }
}
