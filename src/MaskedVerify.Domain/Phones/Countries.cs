using System.Collections.Frozen;
using PhoneNumbers;

namespace MaskedVerify.Domain;

/// <summary>Countries that have numbers: two upper-case letters of ISO 3166-1, and XK, AC and TA, which CLDR adds.</summary>
public static class Countries
{
    private static readonly FrozenSet<string> s_known = PhoneNumberUtil.GetInstance().GetSupportedRegions().ToFrozenSet(StringComparer.Ordinal);

    // What people write for another code (ISO 3166-1 reservations; ISO 3166-3, withdrawn codes).
    private static readonly FrozenDictionary<string, string> s_meant = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["UK"] = "GB",
        ["EL"] = "GR",
        ["EN"] = "GB",
        ["BU"] = "MM",
        ["DD"] = "DE",
        ["FX"] = "FR",
        ["SU"] = "RU",
        ["TP"] = "TL",
        ["YU"] = "RS",
        ["ZR"] = "CD",
        ["KO"] = "XK",
        ["KV"] = "XK",
        ["USA"] = "US",
        ["GBR"] = "GB",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether a number can belong to it.</summary>
    public static bool IsKnown(string? code) => code is not null && s_known.Contains(code);

    /// <summary>Why a text is no country, in one sentence that says what to write; null when it is one.</summary>
    public static string? Refusal(string? code)
    {
        if (IsKnown(code))
            return null;

        // Texts that may be anything are not repeated.
        if (code is not { Length: 2 or 3 } || !code.All(char.IsAsciiLetter))
            return "A country is two upper-case letters of ISO 3166-1, such as DE.";

        var upper = code.ToUpperInvariant();
        var meant = s_meant.GetValueOrDefault(upper) ?? (IsKnown(upper) ? upper : null);
        return meant is null
            ? $"{code} is no country that has phone numbers: write two upper-case letters of ISO 3166-1, such as DE."
            : $"{code} is not the code of a country: write {meant}.";
    }
}
