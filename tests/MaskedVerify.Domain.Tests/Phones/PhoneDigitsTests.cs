using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Testing;

namespace MaskedVerify.Domain.Tests.Phones;

public sealed class PhoneDigitsTests
{
    private static readonly string[] Separators = ["", " ", "-", ".", " (", ")", "/", "_", "\u200b", "\u00ad", "\u2013", "+", "\ud83d\ude00"];

    [Property(MaxTest = 300)]
    public void Occur_WhenSevenDigitsOfANumberStandInARow_IsTrue(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var number = PhoneSamples.Mobile(PhoneSamples.Regions[random.Next(PhoneSamples.Regions.Count)], random);
        var digits = number.Reveal()[1..];
        if (digits.Length < 11)
        {
            return;
        }

        // The last 7 belong to the national number in every plan.
        var text = "ref" + string.Concat(digits[^7..].Select(d => Separators[random.Next(Separators.Length)] + Written(d, random))) + "x";

        Assert.True(PhoneDigits.Occur(text, number));
        Assert.True(PhoneDigits.Occur(number.Reveal(), number));
    }

    [Property(MaxTest = 300)]
    public void Occur_WhenOnlySixDigitsStandInARow_IsFalse(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var number = PhoneSamples.Mobile("DE", random);
        var digits = number.Reveal()[3..];

        Assert.False(PhoneDigits.Occur("a" + digits[..6] + "b" + digits[^6..] + "c", number));
    }

    [Fact]
    public void Occur_WhenThereIsNoNumber_IsFalse() => Assert.False(PhoneDigits.Occur("15123456789", default));

    private static string Written(char digit, Random random) => random.Next(4) switch
    {
        0 => ((char)('０' + (digit - '0'))).ToString(),
        1 => ((char)('٠' + (digit - '0'))).ToString(),
        2 => char.ConvertFromUtf32(0x1D7CE + (digit - '0')),
        _ => digit.ToString(),
    };
}
