using System.Globalization;
using System.Text.Json;

namespace MaskedVerify.Domain;

/// <summary>
/// The file of <see cref="PhoneRanges"/>: JSON, <c>{ "ranges": [ { "prefix": "+1436", "digits": 11, "country": "US", "lineType": "landline-or-mobile", "since": "2024-03-01",
/// "source": "…" } ] }</c>. All members are needed; others are mistakes.
/// </summary>
public static class PhoneRangesFile
{
    /// <summary>Most ranges of a file.</summary>
    public const int MostRanges = 10_000;

    private const int ShortestNumber = 7;
    private const int LongestSource = 300;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Reads a file's text. Every mistake goes to <paramref name="mistakes"/>, one sentence each; then the result is null.</summary>
    public static PhoneRanges? Parse(string json, ICollection<string> mistakes)
    {
        ArgumentNullException.ThrowIfNull(mistakes);
        FileDocument? document;
        try
        {
            document = JsonSerializer.Deserialize<FileDocument>(json, s_options);
        }
        catch (JsonException error)
        {
            mistakes.Add($"It is not the JSON of ranges (line {(error.LineNumber ?? 0) + 1}): each range has prefix, digits, country, lineType, since and source, and nothing else.");
            return null;
        }

        if (document?.Ranges is not { } entries || entries.Count > MostRanges)
        {
            mistakes.Add($"It must be {{ \"ranges\": [ … ] }} with at most {MostRanges} ranges.");
            return null;
        }

        var before = mistakes.Count;
        var ranges = new List<PhoneRange>(entries.Count);
        foreach (var (entry, index) in entries.Select((e, i) => (e, i + 1)))
        {
            var own = new List<string>();
            if (Read(entry, own) is { } range)
                ranges.Add(range);
            foreach (var mistake in own)
                mistakes.Add($"Range {index}: {mistake}");
        }

        foreach (var twice in ranges.GroupBy(r => (r.Prefix, r.Digits)).Where(g => g.Count() > 1))
            mistakes.Add($"+{twice.Key.Prefix} with {twice.Key.Digits} digits stands there {twice.Count()} times.");

        return mistakes.Count == before ? new PhoneRanges(ranges) : null;
    }

    private static PhoneRange? Read(RangeDocument? entry, List<string> mistakes)
    {
        if (entry is null)
        {
            mistakes.Add("must not be null.");
            return null;
        }

        var prefix = entry.Prefix is ['+', >= '1' and <= '9', ..] && entry.Prefix.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0 ? entry.Prefix[1..] : "";
        if (prefix.Length is 0 or > PhonePlan.MostDigits)
            mistakes.Add("prefix must be + and the first digits of its numbers, calling code included, such as +1436.");
        if (entry.Digits is < ShortestNumber or > PhonePlan.MostDigits || entry.Digits < prefix.Length)
            mistakes.Add($"digits must be how many digits a number has in all, {ShortestNumber} to {PhonePlan.MostDigits}, and no fewer than the prefix; it is {entry.Digits}.");
        if (entry.Country != PhoneDestination.NoCountry && Countries.Refusal(entry.Country) is { } refusal)
            mistakes.Add($"country: {refusal}");
        else if (prefix.Length > 0 && !PhonePlan.HasCallingCode(prefix, entry.Country))
            mistakes.Add($"prefix does not begin with the calling code of {entry.Country}.");
        if (!LineTypes.TryParse(entry.LineType, out var line))
            mistakes.Add($"lineType must be one of {string.Join(", ", Enum.GetValues<LineType>().Select(LineTypes.WordOf))}.");
        if (!DateOnly.TryParseExact(entry.Since, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var since))
            mistakes.Add("since must be the day from which its numbers are in service, such as 2024-03-01.");
        if (string.IsNullOrWhiteSpace(entry.Source) || entry.Source.Length > LongestSource)
            mistakes.Add($"source must name the document that says so, in 1 to {LongestSource} characters.");
        return mistakes.Count == 0 ? new PhoneRange(prefix, entry.Digits, new PhoneDestination(entry.Country, line), since, entry.Source) : null;
    }

    private sealed record FileDocument(List<RangeDocument?> Ranges);

    private sealed record RangeDocument(string Prefix, int Digits, string Country, string LineType, string Since, string Source);
}
