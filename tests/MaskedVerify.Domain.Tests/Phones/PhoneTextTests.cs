using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Testing;
using PhoneNumbers;

namespace MaskedVerify.Domain.Tests.Phones;

/// <summary>What a person may write, character by character.</summary>
public sealed class PhoneTextTests
{
    private const string Known = "+4366412345067";

    [Theory]
    [InlineData("+1202555O1OO")]
    [InlineData("+4366412345O6")]
    [InlineData("+4366412345o67")]
    [InlineData("+43664I2345067")]
    [InlineData("+43664l2345067")]
    [InlineData("+43664Ⅰ2345067")]
    [InlineData("+43664①2345067")]
    [InlineData("+43664一2345067")]
    [InlineData("+1800FLOWERS")]
    [InlineData("+4366412345067x")]
    [InlineData("phone: +4366412345067")]
    [InlineData("+4366412345067 or +4366412345068")]
    [InlineData("+4366412345067,+4366412345068")]
    [InlineData("+43664 12345067\n+43664 12345068")]
    [InlineData("++4366412345067")]
    [InlineData("+43+66412345067")]
    [InlineData("43+66412345067")]
    [InlineData("+4366412345067#")]
    [InlineData("+43664*12345067")]
    [InlineData("+4366412345067/8")]
    [InlineData("+4366412345067~8")]
    [InlineData("tel:+4366412345067;ext=5")]
    public void TryParse_WhenACharacterIsNoPartOfANumber_IsRefused(string text) => Assert.False(PhoneNumber.TryParse(text, out _));

    [Theory]
    [InlineData("+43 664/12345067")]
    [InlineData("(+43) 664.12345067")]
    [InlineData("tel:+43-664-12345067")]
    [InlineData("TEL:+43-664-12345067")]
    [InlineData(" +43 664 1234 5067\n")]
    [InlineData("\u202A+43 664 1234 5067\u202C")]
    [InlineData("+43\u200B664\u200E1234\u20605067\uFEFF")]
    [InlineData("+4\uFE0F3\uFE0E664\u3000123\u202F45067")]
    [InlineData("\uFF0B\uFF14\uFF13\uFF08\uFF16\uFF16\uFF14\uFF09\uFF0D\uFF11\uFF12\uFF13\uFF14\uFF15\uFF10\uFF16\uFF17")]
    [InlineData("+\U0001D7DC\U0001D7DB 664 1234 5067")]
    public void TryParse_WhenOnlySeparatorsAndInvisibleMarksAreAdded_IsTheNumber(string text)
    {
        Assert.True(PhoneNumber.TryParse(text, out var number));
        Assert.Equal(Known, number.Reveal());
    }

    [Fact]
    public void TryParse_WithEachCharacterOfUnicodeInside_JudgesItByItsClass()
    {
        var wrong = new List<string>();
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.TryCreate(value, out var rune))
                continue;
            var isAccepted = PhoneNumber.TryParse(string.Concat(Known.AsSpan(0, 7), rune.ToString(), Known.AsSpan(7)), out var number);
            if (CharUnicodeInfo.GetUnicodeCategory(value) == UnicodeCategory.DecimalDigitNumber)
            {
                // One digit more: another number, never the same one.
                if (isAccepted && number.Reveal() == Known)
                    wrong.Add($"U+{value:X4} is left out");
            }
            else if (isAccepted != MayStandInside(value) || (isAccepted && number.Reveal() != Known))
            {
                wrong.Add($"U+{value:X4} {CharUnicodeInfo.GetUnicodeCategory(value)}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void TryParse_InTheDigitsOfEveryScript_IsTheNumber()
    {
        var zeros = Enumerable.Range(0, 0x110000).Where(v => Rune.IsValid(v) && CharUnicodeInfo.GetUnicodeCategory(char.ConvertFromUtf32(v), 0) == UnicodeCategory.DecimalDigitNumber
            && CharUnicodeInfo.GetDecimalDigitValue(char.ConvertFromUtf32(v), 0) == 0).ToArray();
        Assert.True(zeros.Length > 60);
        foreach (var zero in zeros)
        {
            var text = "+" + string.Concat(Known.Skip(1).Select(c => char.ConvertFromUtf32(zero + (c - '0'))));
            Assert.True(PhoneNumber.TryParse(text, out var number), $"U+{zero:X}");
            Assert.Equal(Known, number.Reveal());
        }
    }

    /// <summary>Whatever is typed wrong: a number that comes out has the digits that were written, or those without a prefix that makes them nobody's.</summary>
    [Property(MaxTest = 3_000)]
    public void TryParse_WhenSomethingIsMistyped_IsNeverAnotherSubscriber(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var region = PhoneSamples.Regions[random.Next(PhoneSamples.Regions.Count)];
        var text = Mistype(PhoneSamples.WrittenForms(PhoneSamples.Mobile(region, random), random).ElementAt(random.Next(9)), random);

        if (PhoneNumber.TryParse(text, out var number))
        {
            Assert.DoesNotContain(text.Replace("tel:", "", StringComparison.Ordinal).EnumerateRunes(), r => Rune.IsLetter(r) || Rune.IsSymbol(r) && r.Value is not ('+' or 0xFF0B));
            var (written, read) = (DigitsOf(text), number.Reveal()[1..]);
            Assert.True(written == read || IsTableForm(written, read) || (!IsNumber(written) && IsWithoutTrunk(written, read)), $"{written} became {read}");
        }
    }

    private static string Mistype(string text, Random random)
    {
        string[] strays = ["O", "o", "l", "I", "S", "B", "x", "²", "٣", "1", "0", "-", " ", "\u200F", ",", "+", "½", "/"];
        for (var i = random.Next(3); i >= 0; i--)
        {
            var at = random.Next(text.Length);
            text = random.Next(3) switch
            {
                0 => text.Insert(at, strays[random.Next(strays.Length)]),
                1 when !char.IsSurrogate(text[at]) => text.Remove(at, 1),
                _ when !char.IsSurrogate(text[at]) => text.Remove(at, 1).Insert(at, strays[random.Next(strays.Length)]),
                _ => text,
            };
        }

        return text;
    }

    private static bool MayStandInside(int value) =>
        value is '\t' or '.' or '/' or 0xFF0E or 0xFF0F or 0x2212 or 0x00B7 or (>= 0x180B and <= 0x180D) or 0x180F or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF)
        || CharUnicodeInfo.GetUnicodeCategory(value) is UnicodeCategory.SpaceSeparator or UnicodeCategory.Format or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation;

    private static string DigitsOf(string text) =>
        string.Concat(text.EnumerateRunes().Where(r => Rune.GetUnicodeCategory(r) == UnicodeCategory.DecimalDigitNumber).Select(r => (int)Rune.GetNumericValue(r)));

    // Argentina, Mexico, San Marino: WrittenFormsTests hold them one by one.
    private static bool IsTableForm(string written, string read) =>
        (written.StartsWith("54", StringComparison.Ordinal) && read.StartsWith("549", StringComparison.Ordinal) && written[^6..] == read[^6..])
        || (written.StartsWith("521", StringComparison.Ordinal) && read == "52" + written[3..])
        || (read.StartsWith("3780549", StringComparison.Ordinal) && written[^6..] == read[^6..]);

    private static bool IsWithoutTrunk(string written, string read) =>
        written.Length > read.Length && written.Length - read.Length <= 2 && Enumerable.Range(1, 3).Any(code => written[..code] + written[(code + written.Length - read.Length)..] == read);

    /// <summary>As libphonenumber reads it, when it leaves the digits alone.</summary>
    private static bool IsNumber(string digits)
    {
        var util = PhoneNumberUtil.GetInstance();
        try
        {
            var parsed = util.Parse("+" + digits, null);
            return util.Format(parsed, PhoneNumberFormat.E164) == "+" + digits && util.IsValidNumber(parsed);
        }
        catch (NumberParseException)
        {
            return false;
        }
    }
}
