using System.Globalization;
using System.Numerics;
using FsCheck.Xunit;
using MaskedVerify.Carriers.Smpp;

namespace MaskedVerify.Carriers.Tests.Smpp;

public sealed class MessageIdsTests
{
    [Property(MaxTest = 500)]
    public void Ids_WhenNotationsDiffer_MeetInOneForm(byte[] number, byte zeros)
    {
        var value = new BigInteger(number.Take(20).ToArray(), isUnsigned: true);
        var padding = new string('0', zeros % 4);
        var @decimal = padding + value.ToString(CultureInfo.InvariantCulture);
        var bare = value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        var hex = value.IsZero ? "0" : padding + bare;
        var upper = hex.ToUpperInvariant();
        Assert.Equal(MessageIds.OfAnswer(MessageIdFormat.HexadecimalThenDecimal, hex), MessageIds.OfReceipt(MessageIdFormat.HexadecimalThenDecimal, @decimal));
        Assert.Equal(MessageIds.OfAnswer(MessageIdFormat.DecimalThenHexadecimal, @decimal), MessageIds.OfReceipt(MessageIdFormat.DecimalThenHexadecimal, upper));
        Assert.Equal(MessageIds.OfAnswer(MessageIdFormat.Hexadecimal, hex), MessageIds.OfReceipt(MessageIdFormat.Hexadecimal, upper));
        Assert.Equal(MessageIds.OfAnswer(MessageIdFormat.Decimal, @decimal), MessageIds.OfReceipt(MessageIdFormat.Decimal, value.ToString(CultureInfo.InvariantCulture)));
    }

    [Property(MaxTest = 500)]
    public void Ids_WhenAnyText_AreNeverLongerThanIt(string? id, byte format)
    {
        var text = id ?? string.Empty;
        Assert.True(MessageIds.OfAnswer((MessageIdFormat)(format % 5), text).Length <= Math.Max(1, text.Length));
        Assert.True(MessageIds.OfReceipt((MessageIdFormat)(format % 5), text).Length <= Math.Max(1, text.Length));
    }

    [Property(MaxTest = 500)]
    public void Ids_WhenNumbersDiffer_NeverMeet(uint one, uint other)
    {
        if (one != other)
        {
            Assert.NotEqual(
                MessageIds.OfAnswer(MessageIdFormat.HexadecimalThenDecimal, one.ToString("X8", CultureInfo.InvariantCulture)),
                MessageIds.OfReceipt(MessageIdFormat.HexadecimalThenDecimal, other.ToString(CultureInfo.InvariantCulture)));
        }
    }

    [Theory]
    [InlineData(MessageIdFormat.Exact)]
    [InlineData(MessageIdFormat.Decimal)]
    [InlineData(MessageIdFormat.Hexadecimal)]
    [InlineData(MessageIdFormat.HexadecimalThenDecimal)]
    [InlineData(MessageIdFormat.DecimalThenHexadecimal)]
    public void Ids_WhenAUuidChangesCaseAndHyphens_Meet(MessageIdFormat format) => Assert.Equal(
        MessageIds.OfAnswer(format, "0F9619FF-8B86-D011-B42D-00CF4FC964FF"), MessageIds.OfReceipt(format, "0f9619ff8b86d011b42d00cf4fc964ff"));

    [Theory]
    [InlineData(MessageIdFormat.Exact, "0019aF", "0019aF")]
    [InlineData(MessageIdFormat.Exact, " 12 ", "12")]
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "6f9619ff8b86d011b42d00cf4fc964ff")]
    [InlineData(MessageIdFormat.Exact, "6F9619FF-8B86-D011-B42D-00CF4FC964FF", "6f9619ff8b86d011b42d00cf4fc964ff")]
    [InlineData(MessageIdFormat.Exact, "6F96-19ff", "6F96-19ff")]
    [InlineData(MessageIdFormat.Hexadecimal, "00-FF", "ff")]
    [InlineData(MessageIdFormat.Decimal, "-5", "-5")]
    [InlineData(MessageIdFormat.Hexadecimal, "00FF", "ff")]
    [InlineData(MessageIdFormat.Hexadecimal, "fff", "fff")]
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, "0", "0")]
    [InlineData(MessageIdFormat.Decimal, "0042", "42")]
    [InlineData(MessageIdFormat.DecimalThenHexadecimal, "255", "ff")]
    [InlineData(MessageIdFormat.Hexadecimal, "", "")]
    public void OfAnswer_WhenText_IsThis(MessageIdFormat format, string id, string expected) => Assert.Equal(expected, MessageIds.OfAnswer(format, id));

    [Theory]
    [InlineData(MessageIdFormat.Exact, "A7", "A7", "A7")]
    [InlineData(MessageIdFormat.Exact, "1a", "26", "1a 26")]
    [InlineData(MessageIdFormat.Exact, null, "26", "26")]
    [InlineData(MessageIdFormat.Exact, "0F9619FF-8B86-D011-B42D-00CF4FC964FF", "0f9619ff8b86d011b42d00cf4fc964ff", "0f9619ff8b86d011b42d00cf4fc964ff")]
    [InlineData(MessageIdFormat.Decimal, "1A", "0026", "1A 26")]
    [InlineData(MessageIdFormat.Hexadecimal, "26", "00-1A", "26 1a")]
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, "1A", "26", "1a")] // the parameter in the notation of the answer
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, "26", "38", "26")]
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, "26", "26", "1a")] // both in that of receipts
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, "26", "1A", "1a")]
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, "26", "99", "1a 26 63")]
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, "26", null, "1a")]
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, null, "26", "1a")]
    [InlineData(MessageIdFormat.HexadecimalThenDecimal, null, "FF", "ff")]
    [InlineData(MessageIdFormat.DecimalThenHexadecimal, "26", "1a", "1a")]
    public void OfReceipt_WhenTwoIdsAreOffered_IsWhatTheyMayMean(MessageIdFormat format, string? parameter, string? text, string expected) =>
        Assert.Equal(expected.Split(' '), MessageIds.OfReceipt(format, parameter, text));
}
