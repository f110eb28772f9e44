using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Testing;

namespace MaskedVerify.Domain.Tests.Phones;

public sealed class PhoneNumberTests
{
    [Property(MaxTest = 1_000)]
    public void TryParse_EveryWrittenForm_GivesOneValue(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var region = PhoneSamples.Regions[random.Next(PhoneSamples.Regions.Count)];
        var number = PhoneSamples.Mobile(region, random);
        foreach (var form in PhoneSamples.WrittenForms(number, random))
        {
            Assert.True(PhoneNumber.TryParse(form, out var parsed), $"{region}: '{form}' was refused");
            Assert.True(number == parsed, $"{region}: '{form}' became {parsed.Reveal()}");
            Assert.Equal(number.GetHashCode(), parsed.GetHashCode());
        }
    }

    [Fact]
    public void TryParse_EveryRegion_RoundTripsThroughE164()
    {
        Assert.True(PhoneSamples.Regions.Count > 200);
        foreach (var region in PhoneSamples.Regions)
        {
            var number = PhoneSamples.Mobile(region, new Random(7));
            Assert.True(PhoneNumber.TryParse(number.Reveal(), out var parsed), region);
            Assert.Equal(number, parsed);
            Assert.Equal(number, PhoneNumber.FromE164Digits(number.Reveal().AsSpan(1)));
        }
    }

    [Property(MaxTest = 500)]
    public void TryParse_AnyText_NeverThrows(string? text) => Assert.Equal(PhoneNumber.TryParse(text, out var number), !number.IsNone);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("+")]
    [InlineData("hello")]
    [InlineData("4155550123")]
    [InlineData("0014155550123")]
    [InlineData("+1 415 555 01234")]
    [InlineData("+1 415 555 012")]
    [InlineData("+999 123 456 789")]
    [InlineData("+0 415 555 0123")]
    [InlineData("+1 415 555 0123 ext. 5")]
    [InlineData("+1 415 555 0123;ext=5")]
    [InlineData("+1\u0000415 555 0123 4567890123456789")]
    public void TryParse_WhenNoNumberInInternationalForm_IsRefused(string? text)
    {
        Assert.False(PhoneNumber.TryParse(text, out var number));
        Assert.True(number.IsNone);
    }

    [Fact]
    public void TryParse_WhenLongerThanTheLimit_IsRefusedWithoutLooking() =>
        Assert.False(PhoneNumber.TryParse("+14155550123" + new string(' ', PhoneNumber.MaxInputLength), out _));

    [Theory]
    [InlineData("123456")]
    [InlineData("1234567890123456")]
    [InlineData("0123456789")]
    [InlineData("12345x7890")]
    [InlineData("")]
    public void FromE164Digits_WhenNotDigitsOfAnE164Number_IsNone(string digits) => Assert.True(PhoneNumber.FromE164Digits(digits).IsNone);

    [Fact]
    public void Reveal_WritesTheDigitsOnly()
    {
        var number = PhoneNumber.FromE164Digits("390612345678");
        Span<byte> buffer = stackalloc byte[16];

        Assert.Equal("+390612345678", number.Reveal());
        Assert.Equal("390612345678"u8, buffer[..number.Reveal(buffer)]);
        Assert.Equal(string.Empty, default(PhoneNumber).Reveal());
    }

    [Theory]
    [InlineData("+14155550123", "US", LineType.LandlineOrMobile)]
    [InlineData("+447400123456", "GB", LineType.Mobile)]
    [InlineData("+8613812345678", "CN", LineType.Mobile)]
    [InlineData("+442079460123", "GB", LineType.Landline)]
    [InlineData("+445600123456", "GB", LineType.Voip)]
    [InlineData("+447012345678", "GB", LineType.Personal)]
    [InlineData("+447640123456", "GB", LineType.Pager)]
    [InlineData("+4918012345", "DE", LineType.SharedCost)]
    [InlineData("+445512345678", "GB", LineType.Uan)]
    [InlineData("+499001234567", "DE", LineType.Premium)]
    [InlineData("+49177991234567", "DE", LineType.Voicemail)]
    [InlineData("+18005550123", "US", LineType.TollFree)]
    [InlineData("+38344123456", "XK", LineType.Mobile)]
    [InlineData("+870773111632", "ZZ", LineType.Network)]
    [InlineData("+881612345678", "ZZ", LineType.Network)]
    [InlineData("+88213300655", "ZZ", LineType.Network)]
    [InlineData("+883510012345", "ZZ", LineType.Network)]
    [InlineData("+80012345678", "ZZ", LineType.TollFree)]
    [InlineData("+979123456789", "ZZ", LineType.Premium)]
    public void Describe_GivesCountryAndKindOfLine(string text, string country, LineType line)
    {
        Assert.True(PhoneNumber.TryParse(text, out var number));
        Assert.Equal(new PhoneDestination(country, line), number.Describe());
    }

    [Fact]
    public void Describe_OfAStoredNumberThatNoPlanKnows_IsUnknown() =>
        Assert.Equal(new PhoneDestination("ZZ", LineType.Unknown), PhoneNumber.FromE164Digits("14362345678").Describe());

    [Fact]
    public void Everything_ThatPrints_PrintsTheMask()
    {
        Assert.True(PhoneNumber.TryParse("+1 415 555 0123", out var number));

        MaskingAssert.HidesIts(number, "4155550123", PhoneNumber.Mask);
        Assert.Equal(string.Empty, default(PhoneNumber).ToString());
    }

    [Fact]
    public void Json_WhenRead_NeverRepeatsTheText()
    {
        Assert.Equal("+14155550123", System.Text.Json.JsonSerializer.Deserialize<PhoneNumber>("\"+1 415 555 0123\"").Reveal());
        foreach (var bad in new[] { "\"4155550123\"", "4155550123", "null", "{}", "\"+1 415 555 01\"" })
        {
            var error = Assert.Throws<System.Text.Json.JsonException>(() => System.Text.Json.JsonSerializer.Deserialize<PhoneNumber>(bad));
            Assert.DoesNotContain("415", error.ToString(), StringComparison.Ordinal);
        }
    }
}
