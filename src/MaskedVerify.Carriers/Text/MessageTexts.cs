using System.Globalization;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Text;

/// <summary>
/// The built-in texts that carry a code: brand, code, minutes of validity, and a warning not to share it. Locales: <c>en</c>, <c>zh-CN</c>,
/// <c>zh-TW</c>, <c>es</c>, <c>fr</c>, <c>de</c>, <c>ja</c>, <c>ar</c>.
/// </summary>
/// <remarks>
/// The brand always comes first, so that nothing of it can be taken for the code (<see cref="CodeFinder"/> relies on it). Spanish, French and German
/// avoid the letters that GSM-7 lacks (ó, í, ê, …), so that they cost one segment.
/// </remarks>
public static class MessageTexts
{
    /// <summary>The locale of last resort.</summary>
    public const string FallbackLocale = "en";

    /// <summary>Longest brand that is printed, in UTF-16 units; the rest is cut.</summary>
    public const int MaxBrandLength = 32;

    /// <summary>The locales that have texts of their own.</summary>
    public static IReadOnlyList<string> Locales { get; } = [.. MessageTemplates.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The whole text of one message.</summary>
    /// <param name="locale">A BCP 47 tag in any case, such as <c>es-MX</c>: falls back to its language, then to <see cref="FallbackLocale"/>. Chinese in Hant, HK, MO and TW is <c>zh-TW</c>, any other <c>zh-CN</c>.</param>
    /// <param name="brand">Who sends it. Control characters and bidirectional overrides become spaces; may be empty, then the text begins without it.</param>
    /// <param name="code">The digits.</param>
    /// <param name="validity">Told in whole minutes, rounded down, at least 1.</param>
    /// <param name="channel">A call says the digits one by one, twice.</param>
    /// <returns>For SMS, the long form, or a shorter one when the long form does not fit one segment (a brand outside of GSM-7, for example).</returns>
    public static string Compose(string? locale, string brand, string code, TimeSpan validity, Channel channel)
    {
        var template = MessageTemplates.All[ResolveLocale(locale)];
        var minutes = (int)Math.Clamp(validity.TotalMinutes, 1, 999);
        var cleanBrand = Clean(brand);
        if (channel == Channel.Voice)
        {
            return template.Voice(cleanBrand, string.Join(", ", code.AsEnumerable()), minutes);
        }

        var text = template.Long(cleanBrand, code, minutes);
        return MessageSegments.FitsOne(text) ? text : template.Short(cleanBrand, code, minutes);
    }

    /// <summary>The locale whose texts <see cref="Compose"/> uses for a tag.</summary>
    public static string ResolveLocale(string? locale)
    {
        var subtags = (locale ?? string.Empty).Replace('_', '-').Split('-', StringSplitOptions.RemoveEmptyEntries);
        if (subtags.Length == 0)
        {
            return FallbackLocale;
        }

        var language = subtags[0].ToLower(CultureInfo.InvariantCulture);
        if (language == "zh")
        {
            return IsTraditional(subtags) ? "zh-TW" : "zh-CN";
        }

        return MessageTemplates.All.ContainsKey(language) ? language : FallbackLocale;
    }

    private static bool IsTraditional(string[] subtags)
    {
        // The script decides; without one, the region does (CLDR likely subtags: TW, HK and MO write Hant).
        if (subtags.Any(s => s.Equals("Hans", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        return subtags.Skip(1).Any(s => s.ToUpperInvariant() is "HANT" or "TW" or "HK" or "MO");
    }

    private static string Clean(string brand)
    {
        var cut = brand.Length > MaxBrandLength ? brand[..(char.IsHighSurrogate(brand[MaxBrandLength - 1]) ? MaxBrandLength - 1 : MaxBrandLength)] : brand;
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = IsUnsafe(source[i]) ? ' ' : source[i];
            }
        }).Trim();
    }

    // Line breaks would forge a second line, bidirectional overrides would turn the digits round.
    private static bool IsUnsafe(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
