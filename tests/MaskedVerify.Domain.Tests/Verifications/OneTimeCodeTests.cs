using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;

namespace MaskedVerify.Domain.Tests.Verifications;

public sealed class OneTimeCodeTests
{
    // Chi-square with 9 degrees of freedom: 0.999999 quantile 44.8 (one false alarm in a million per digit place).
    private const double NineDegrees = 44.8;

    [Fact]
    public void Random_EveryDigitPlace_IsUniform()
    {
        const int Draws = 20_000;
        var all = new int[10];
        for (var length = OneTimeCode.MinLength; length <= OneTimeCode.MaxLength; length++)
        {
            var counts = new int[length, 10];
            for (var draw = 0; draw < Draws; draw++)
            {
                var digits = OneTimeCode.Random(length).Reveal();
                for (var place = 0; place < length; place++)
                {
                    counts[place, digits[place] - '0']++;
                    all[digits[place] - '0']++;
                }
            }

            for (var place = 0; place < length; place++)
            {
                var statistic = ChiSquare([.. Enumerable.Range(0, 10).Select(digit => counts[place, digit])]);
                Assert.True(statistic < NineDegrees, $"length {length}, place {place}: chi-square {statistic:F1}");
            }
        }

        // A million digits together: enough to see the bias of "random byte modulo 10" (1.6 %), which would give about 360.
        Assert.True(ChiSquare(all) < NineDegrees, $"all digits: chi-square {ChiSquare(all):F1}");
    }

    [Fact]
    public void Random_WholeCodes_AreUniform()
    {
        // 4 digits, 10,000 cells, 30 expected in each: chi-square has mean 9,999 and standard deviation 141; 6 deviations.
        const int Cells = 10_000;
        var counts = new int[Cells];
        for (var draw = 0; draw < Cells * 30; draw++)
        {
            counts[int.Parse(OneTimeCode.Random(4).Reveal())]++;
        }

        Assert.InRange(counts.Sum(count => Math.Pow(count - 30, 2) / 30), 9_999 - (6 * 141), 9_999 + (6 * 141));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Random_WhenLengthIsOutOfRange_Throws(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => OneTimeCode.Random(length));

    [Property(MaxTest = 2_000)]
    public void TryParse_ThenReveal_GivesTheSameDigits(DoNotSize<ulong> value, byte length)
    {
        var text = value.Item.ToString("D20")[^(OneTimeCode.MinLength + (length % 7))..];
        Span<byte> bytes = stackalloc byte[OneTimeCode.MaxLength];

        Assert.True(OneTimeCode.TryParse(text, out var code));
        Assert.Equal(text, code.Reveal());
        Assert.Equal(text.Length, code.Length);
        Assert.Equal(text, System.Text.Encoding.ASCII.GetString(bytes[..code.Reveal(bytes)]));
    }

    [Fact]
    public void Equality_CountsLeadingZeros()
    {
        Assert.True(OneTimeCode.TryParse("0123", out var four));
        Assert.True(OneTimeCode.TryParse("00123", out var five));
        Assert.True(OneTimeCode.TryParse("0123", out var same));

        Assert.True(four == same);
        Assert.True(four != five);
        Assert.NotEqual(default, four);
    }

    [Theory]
    [InlineData("")]
    [InlineData("123")]
    [InlineData("12345678901")]
    [InlineData("12 34")]
    [InlineData("+1234")]
    [InlineData("12a4")]
    [InlineData("１２３４")]
    [InlineData("٠١٢٣")]
    public void TryParse_WhenNotFourToTenAsciiDigits_IsRefused(string text) => Assert.False(OneTimeCode.TryParse(text, out _));

    [Theory]
    [InlineData("042137")]
    [InlineData("０４２１３７")]
    [InlineData("٠٤٢١٣٧")]
    [InlineData("۰۴۲۱۳۷")]
    [InlineData("०४२१३७")]
    [InlineData("\U0001D7CE\U0001D7D2\U0001D7D0\U0001D7CF\U0001D7D1\U0001D7D5")]
    [InlineData("042 137")]
    [InlineData(" 0 4 2 1 3 7\t")]
    [InlineData("042-137")]
    [InlineData("042\u2011137")]
    [InlineData("042－137")]
    [InlineData("042\u00A0137")]
    [InlineData("042\u3000137")]
    [InlineData("\u200E042\u200B137\uFEFF")]
    [InlineData("0\uFE0F42137")]
    [InlineData("0٤２ 1-3７")]
    public void TryParseTyped_WhenWrittenInAnotherWay_IsTheSameCode(string typed)
    {
        Assert.True(OneTimeCode.TryParse("042137", out var code));
        Assert.True(OneTimeCode.TryParseTyped(typed, out var read));
        Assert.Equal(code, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12-3")]
    [InlineData("1234567 8901")]
    [InlineData("123O56")]
    [InlineData("+1234")]
    [InlineData("12.34")]
    [InlineData("1234²")]
    [InlineData("①②③④")]
    [InlineData("1234\n")]
    [InlineData("1\u0301234")]
    [InlineData("1234\uD835")]
    public void TryParseTyped_WhenAnythingElseIsInIt_IsRefused(string typed) => Assert.False(OneTimeCode.TryParseTyped(typed, out _));

    [Fact]
    public void Everything_ThatPrints_PrintsTheMask()
    {
        Assert.True(OneTimeCode.TryParse("739154", out var code));

        MaskingAssert.HidesIts(code, "739154", OneTimeCode.Mask);
    }

    [Fact]
    public void Json_WhenRead_NeverRepeatsTheText()
    {
        Assert.Equal("001234", JsonSerializer.Deserialize<OneTimeCode>("\"001234\"").Reveal());
        foreach (var bad in new[] { "1234", "\"739\"", "null", "\"7391547391547\"" })
        {
            Assert.DoesNotContain("739", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<OneTimeCode>(bad)).ToString(), StringComparison.Ordinal);
        }
    }

    private static double ChiSquare(int[] counts)
    {
        var expected = counts.Sum() / (double)counts.Length;
        return counts.Sum(count => Math.Pow(count - expected, 2) / expected);
    }
}
