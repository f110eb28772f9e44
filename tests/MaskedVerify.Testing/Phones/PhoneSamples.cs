using System.Globalization;
using System.Text;
using PhoneNumbers;
using PhoneNumber = MaskedVerify.Domain.PhoneNumber;

namespace MaskedVerify.Testing;

/// <summary>Valid numbers of every country, and the ways people write them. All randomness comes from the caller, so that a failure can be repeated.</summary>
public static class PhoneSamples
{
    private static readonly PhoneNumberUtil Util = PhoneNumberUtil.GetInstance();

    /// <summary>Every region that libphonenumber knows an example mobile of.</summary>
    public static IReadOnlyList<string> Regions { get; } =
        [.. Util.GetSupportedRegions().Where(region => Util.GetExampleNumberForType(region, PhoneNumberType.MOBILE) is not null).Order(StringComparer.Ordinal)];

    /// <summary>A valid mobile number of a region: its example with other last digits.</summary>
    public static PhoneNumber Mobile(string region, Random random)
    {
        var example = Util.GetExampleNumberForType(region, PhoneNumberType.MOBILE);
        var digits = Util.Format(example, PhoneNumberFormat.E164)[1..].ToCharArray();
        for (var attempt = 0; attempt < 8; attempt++)
        {
            var candidate = (char[])digits.Clone();
            for (var i = digits.Length - 4; i < digits.Length; i++)
            {
                candidate[i] = (char)('0' + random.Next(10));
            }

            if (PhoneNumber.TryParse("+" + new string(candidate), out var number))
            {
                return number;
            }
        }

        return PhoneNumber.FromE164Digits(digits);
    }

    /// <summary>Written forms that must all mean the number.</summary>
    public static IEnumerable<string> WrittenForms(PhoneNumber number, Random random)
    {
        var e164 = number.Reveal();
        var parsed = Util.Parse(e164, null);
        yield return e164;
        yield return Util.Format(parsed, PhoneNumberFormat.INTERNATIONAL);
        yield return Util.Format(parsed, PhoneNumberFormat.RFC3966);
        yield return "  " + e164 + "\t";
        yield return WithDigits(e164, '\uFF10');
        yield return "\uFF0B" + WithDigits(e164[1..], '\uFF10');
        yield return WithDigits(e164, '\u0660');
        yield return WithDigits(Util.Format(parsed, PhoneNumberFormat.INTERNATIONAL), '\uFF10');
        yield return Scattered(e164, random);
        yield return Scattered(e164, random);
        yield return "+" + parsed.CountryCode.ToString(CultureInfo.InvariantCulture) + " (" + e164[(1 + Digits(parsed.CountryCode))..] + ")";
        if (Util.GetNddPrefixForRegion(Util.GetRegionCodeForCountryCode(parsed.CountryCode), stripNonDigits: true) is { Length: > 0 } trunk)
        {
            yield return "+" + parsed.CountryCode.ToString(CultureInfo.InvariantCulture) + " (" + trunk + ") " + e164[(1 + Digits(parsed.CountryCode))..];
        }
    }

    private static int Digits(int countryCode) => countryCode.ToString(CultureInfo.InvariantCulture).Length;

    private static string WithDigits(string text, char zero) => string.Concat(text.Select(c => char.IsAsciiDigit(c) ? (char)(zero + (c - '0')) : c));

    private static string Scattered(string text, Random random)
    {
        ReadOnlySpan<string> separators = ["", "", " ", "-", ".", "\u00A0", "\u2010", "\u2013"];
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            result.Append(text[i]);
            if (i > 0 && i < text.Length - 1 && char.IsAsciiDigit(text[i]))
            {
                result.Append(separators[random.Next(separators.Length)]);
            }
        }

        return result.ToString();
    }
}
