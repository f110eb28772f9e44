using PhoneNumbers;

namespace MaskedVerify.Domain;

/// <summary>
/// Numbers that plans let people write in two ways, and the one form they are known by here: one person, one alias. A row stands here only when a dated source says that both
/// forms reach the same line, so that they can never be two people. What was considered and left out stands in the ADR on written numbers.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>+54 … = +54 9 … = +54 … 15 …</term><description>Argentina. A national number has ten digits and is given out once, to a fixed or to a mobile line (Plan Fundamental de
/// Numeración Nacional, Resolución SC 46/1997, in force since 31 January 1999); 9 from abroad and 15 inside the country only say that it is mobile (libphonenumber FAQ, 9.0.43).
/// The mobile form is kept, because a message goes there.</description></item>
/// <item><term>+52 1 … = +52 …</term><description>Mexico. The 1 was abolished on 3 August 2019 (ITU T020200008A0003, libphonenumber 8.10.17); numbers have ten digits.</description></item>
/// <item><term>+378 xxxxxx = +378 0549 xxxxxx = +39 0549 xxxxxx</term><description>San Marino. 0549 came before numbers of six digits that begin with 8 or 9 on 19 June 1998, and the old form
/// goes on (World Telephone Numbering Guide, +378, 8 September 2005); Italy reaches the same lines under its own code.</description></item>
/// </list>
/// </remarks>
internal static class WrittenForms
{
    private const int Argentina = 54;
    private const int Italy = 39;
    private const int Mexico = 52;
    private const int SanMarino = 378;
    private const string SanMarinoArea = "0549";

    /// <summary>The form of a valid number that is kept.</summary>
    public static string Canonical(int code, ReadOnlySpan<char> national)
    {
        if (code == Argentina && national.Length == 10 && PhonePlan.TypeOf(code, national) is PhoneNumberType.FIXED_LINE or PhoneNumberType.FIXED_LINE_OR_MOBILE
            && PhonePlan.TypeOf(code, $"9{national}") == PhoneNumberType.MOBILE)
        {
            return $"{code}9{national}";
        }

        return code == Italy && national.Length == 10 && national.StartsWith(SanMarinoArea) && PhonePlan.TypeOf(SanMarino, national) != PhoneNumberType.UNKNOWN
            ? $"{SanMarino}{national}"
            : $"{code}{national}";
    }

    /// <summary>The number of digits that are valid no more, or not from abroad, but still written; null when there is none.</summary>
    public static string? OldForm(int code, ReadOnlySpan<char> national) => code switch
    {
        Mexico when national is ['1', ..] && national.Length == 11 && PhonePlan.TypeOf(code, national[1..]) != PhoneNumberType.UNKNOWN => $"{code}{national[1..]}",
        SanMarino when national is ['8' or '9', ..] && national.Length == 6 && PhonePlan.TypeOf(code, $"{SanMarinoArea}{national}") != PhoneNumberType.UNKNOWN =>
            $"{code}{SanMarinoArea}{national}",
        Argentina => ArgentineMobile(national),
        _ => null,
    };

    /// <summary>(0) area 15 subscriber → 9 area subscriber. The area has two to four digits, and which it is only the plan tells: libphonenumber's rule for Argentina holds the list.</summary>
    private static string? ArgentineMobile(ReadOnlySpan<char> national)
    {
        var dialled = national is ['0', ..] ? national[1..] : national;
        if (dialled.Length != 12)
            return null;

        var util = PhoneNumberUtil.GetInstance();
        try
        {
            var found = util.GetNationalSignificantNumber(util.Parse($"+{Argentina}{dialled}", null));
            for (var area = 2; area <= 4; area++)
            {
                if (dialled[area..].StartsWith("15") && found == $"9{dialled[..area]}{dialled[(area + 2)..]}" && PhonePlan.TypeOf(Argentina, found) == PhoneNumberType.MOBILE)
                    return $"{Argentina}{found}";
            }
        }
        catch (NumberParseException)
        {
            // No number.
        }

        return null;
    }
}
