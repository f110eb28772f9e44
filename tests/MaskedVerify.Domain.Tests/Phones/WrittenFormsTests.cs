using FsCheck;
using FsCheck.Xunit;
using PhoneNumbers;

namespace MaskedVerify.Domain.Tests.Phones;

/// <summary>One person, one alias: pairs of forms that reach one line, and pairs that do not.</summary>
public sealed class WrittenFormsTests
{
    [Theory]
    [InlineData("+5491123456789", "+54 9 11 2345-6789", "+54 11 2345-6789", "+54 11 15 2345-6789", "+54 (0)11 15 2345-6789", "+54 011 2345-6789", "+54 (0)9 11 2345 6789")]
    [InlineData("+5492214567890", "+54 221 456-7890", "+54 221 15 456-7890", "+54 9 221 456-7890")]
    [InlineData("+5492966456789", "+54 2966 45-6789", "+54 2966 15 45-6789", "+54 9 2966 45-6789")]
    [InlineData("+525512345678", "+52 55 1234 5678", "+52 1 55 1234 5678", "+52 (1) 55 1234 5678")]
    [InlineData("+3780549886123", "+378 0549 886123", "+378 886123", "+39 0549 886123")]
    [InlineData("+442079460123", "+44 (0)20 7946 0123", "+44 020 7946 0123", "+44 20 7946 0123")]
    [InlineData("+79123456789", "+7 8 912 345 67 89", "+7 912 345 67 89")]
    [InlineData("+36301234567", "+36 (06) 30 123 4567", "+36 30 123 4567")]
    [InlineData("+14155552671", "+1 (1) 415 555 2671", "+1 415 555 2671")]
    [InlineData("+390612345678", "+39 06 1234 5678")]
    public void TryParse_EveryFormOfOneLine_IsOneNumber(string e164, params string[] forms)
    {
        foreach (var form in forms)
        {
            Assert.True(PhoneNumber.TryParse(form, out var number), form);
            Assert.Equal(e164, number.Reveal());
        }
    }

    [Theory]
    [InlineData("+55 0 15 11 98765 4321")]      // a carrier's code
    [InlineData("+86 17951 138 1234 5678")]     // a carrier's code
    [InlineData("+55 11 8765 4321 9")]
    [InlineData("+52 044 55 1234 5678")]
    [InlineData("+52 045 55 1234 5678")]
    [InlineData("+52 1 55 1234 567")]
    [InlineData("+54 9 11 15 2345 6789")]
    [InlineData("+39 6 1234 5678")]             // the 0 of Rome belongs to the number
    [InlineData("+44 (0)0 20 7946 0123")]
    [InlineData("+229 97 12 34 56")]            // Benin's numbers have 01 since 30 November 2024
    [InlineData("+55 11 8765 4321")]            // Brazil's mobiles have nine digits since 2016
    public void TryParse_WhenTheFormIsNobodysOrNoPlanPutsItRight_IsRefused(string text) => Assert.False(PhoneNumber.TryParse(text, out _));

    [Theory]
    [InlineData("+39 0549 886123", "+39 0541 886123")]
    [InlineData("+970 59 912 3456", "+972 59 912 3456")]    // no dated source says that they are one line
    public void TryParse_FormsThatMayBeTwoLines_StayTwo(string left, string right)
    {
        Assert.True(PhoneNumber.TryParse(left, out var first));
        Assert.True(PhoneNumber.TryParse(right, out var second));
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("+54 11 2345-6789", "AR", LineType.Mobile)]
    [InlineData("+54 800 222 1234", "AR", LineType.TollFree)]
    [InlineData("+52 1 55 1234 5678", "MX", LineType.LandlineOrMobile)]
    [InlineData("+39 0549 886123", "SM", LineType.Landline)]
    public void Describe_OfAnotherForm_IsThatOfTheKeptOne(string text, string country, LineType line)
    {
        Assert.True(PhoneNumber.TryParse(text, out var number));
        Assert.Equal(new PhoneDestination(country, line), number.Describe());
    }

    /// <summary>In no plan are both the digits with the trunk prefix and those without a number: where they were, nothing is taken away.</summary>
    [Property(MaxTest = 3_000)]
    public void TryParse_WhenDigitsAreSomebodysNumber_KeepsAllOfThem(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var util = PhoneNumberUtil.GetInstance();
        var code = util.GetSupportedCallingCodes().Order().ElementAt(random.Next(util.GetSupportedCallingCodes().Count));
        var trunk = util.GetNddPrefixForRegion(util.GetRegionCodeForCountryCode(code), stripNonDigits: true) ?? "";
        var national = trunk + string.Concat(Enumerable.Range(0, random.Next(6, 12)).Select(_ => random.Next(10)));
        if (code.ToString().Length + national.Length > 15 || national.TrimStart('0').Length == 0)
            return;

        var asWritten = new PhoneNumbers.PhoneNumber.Builder().SetCountryCode(code).SetNationalNumber(ulong.Parse(national));
        if (national.StartsWith('0'))
            asWritten.SetNumberOfLeadingZeros(national.Length - national.TrimStart('0').Length);
        if (util.IsValidNumber(asWritten.Build()) && code is not (54 or 39))
        {
            Assert.True(PhoneNumber.TryParse($"+{code}{national}", out var number));
            Assert.Equal($"+{code}{national}", number.Reveal());
        }
    }
}
