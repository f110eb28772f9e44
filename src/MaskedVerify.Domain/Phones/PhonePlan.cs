using System.Collections.Frozen;
using PhoneNumbers;

namespace MaskedVerify.Domain;

/// <summary>What numbering plans say of a row of digits: the ranges of the operator's file first, then libphonenumber's data. Its parser is not used, because it guesses.</summary>
internal static class PhonePlan
{
    /// <summary>Most digits of a number (ITU-T E.164 §6.2.1).</summary>
    public const int MostDigits = 15;

    private const int LongestCallingCode = 3;

    private static readonly PhoneNumberUtil s_util = PhoneNumberUtil.GetInstance();
    private static readonly FrozenSet<int> s_callingCodes = s_util.GetSupportedCallingCodes().ToFrozenSet();

    // Its trunk prefix, by calling code: what is dialled before a number inside the country, such as the 0 of +44 (0)20.
    private static readonly FrozenDictionary<int, string> s_trunkPrefixes = s_callingCodes
        .Select(code => (Code: code, Prefix: s_util.GetNddPrefixForRegion(s_util.GetRegionCodeForCountryCode(code), stripNonDigits: true)))
        .Where(c => !string.IsNullOrEmpty(c.Prefix))
        .ToFrozenDictionary(c => c.Code, c => c.Prefix);

    /// <summary>The one form under which the number of these digits is known, or none. <paramref name="digits"/> begin with a calling code.</summary>
    public static string? Resolve(ReadOnlySpan<char> digits, PhoneRanges ranges)
    {
        if (ranges.Find(digits) is not null)
            return digits.ToString();

        if (!TrySplit(digits, out var code, out var national) || national.Length == 0)
            return null;

        if (TypeOf(code, national) != PhoneNumberType.UNKNOWN)
            return WrittenForms.Canonical(code, national);

        // The digits as they stand are nobody's number, so without the prefix they cannot become another subscriber's.
        if (s_trunkPrefixes.TryGetValue(code, out var prefix) && national.StartsWith(prefix, StringComparison.Ordinal))
        {
            var behind = national[prefix.Length..];
            if (ranges.Find(string.Concat(digits[..^national.Length], behind)) is not null)
                return string.Concat(digits[..^national.Length], behind);

            if (TypeOf(code, behind) != PhoneNumberType.UNKNOWN)
                return WrittenForms.Canonical(code, behind);
        }

        return WrittenForms.OldForm(code, national);
    }

    /// <summary>Country and kind of line of a number in the form of <see cref="Resolve"/>.</summary>
    public static PhoneDestination Describe(ReadOnlySpan<char> digits, PhoneRanges ranges)
    {
        if (ranges.Find(digits) is { } range)
            return range.Destination;

        if (!TrySplit(digits, out var code, out var national) || national.Length == 0)
            return new PhoneDestination(PhoneDestination.NoCountry, LineType.Unknown);

        var number = Make(code, national);
        var country = s_util.GetRegionCodeForNumber(number);
        var line = LineOf(s_util.GetNumberType(number));
        return Countries.IsKnown(country)
            ? new PhoneDestination(country, line)
            : new PhoneDestination(PhoneDestination.NoCountry, line is LineType.Mobile or LineType.Voip or LineType.Landline or LineType.LandlineOrMobile or LineType.Uan or LineType.Voicemail ? LineType.Network : line);
    }

    /// <summary>Parts the calling code from the rest. No calling code begins another (ITU-T E.164 §6.2.1), so there is one way.</summary>
    public static bool TrySplit(ReadOnlySpan<char> digits, out int code, out ReadOnlySpan<char> national)
    {
        code = 0;
        national = default;
        if (digits.Length > MostDigits || digits is [] or ['0', ..])
            return false;

        for (var length = 1; length <= LongestCallingCode && length <= digits.Length; length++)
        {
            code = (code * 10) + (digits[length - 1] - '0');
            if (s_callingCodes.Contains(code))
            {
                national = digits[length..];
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether digits begin with the calling code of a country, or with one that no country has for <see cref="PhoneDestination.NoCountry"/>.</summary>
    public static bool HasCallingCode(ReadOnlySpan<char> digits, string country) =>
        TrySplit(digits, out var code, out _)
        && (country == PhoneDestination.NoCountry ? !Countries.IsKnown(s_util.GetRegionCodeForCountryCode(code)) : s_util.GetCountryCodeForRegion(country) == code);

    /// <summary>libphonenumber's class of a number, taken as it stands.</summary>
    public static PhoneNumberType TypeOf(int code, ReadOnlySpan<char> national) =>
        national.IsEmpty || code.ToString().Length + national.Length > MostDigits ? PhoneNumberType.UNKNOWN : s_util.GetNumberType(Make(code, national));

    private static PhoneNumbers.PhoneNumber Make(int code, ReadOnlySpan<char> national)
    {
        // Zeros in front belong to the number where the plan has no trunk prefix (+39 06…).
        var zeros = Math.Min(national.IndexOfAnyExcept('0') is var first and >= 0 ? first : national.Length, national.Length - 1);
        var number = new PhoneNumbers.PhoneNumber.Builder().SetCountryCode(code).SetNationalNumber(ulong.Parse(national));
        if (zeros > 0)
            number.SetNumberOfLeadingZeros(zeros);
        return number.Build();
    }

    private static LineType LineOf(PhoneNumberType type) => type switch
    {
        PhoneNumberType.MOBILE => LineType.Mobile,
        PhoneNumberType.FIXED_LINE => LineType.Landline,
        PhoneNumberType.FIXED_LINE_OR_MOBILE => LineType.LandlineOrMobile,
        PhoneNumberType.VOIP => LineType.Voip,
        PhoneNumberType.PREMIUM_RATE => LineType.Premium,
        PhoneNumberType.TOLL_FREE => LineType.TollFree,
        PhoneNumberType.SHARED_COST => LineType.SharedCost,
        PhoneNumberType.PERSONAL_NUMBER => LineType.Personal,
        PhoneNumberType.PAGER => LineType.Pager,
        PhoneNumberType.UAN => LineType.Uan,
        PhoneNumberType.VOICEMAIL => LineType.Voicemail,
        _ => LineType.Unknown,
    };
}
