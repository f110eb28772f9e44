using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace MaskedVerify.Testing;

/// <summary>
/// Looks for canaries in a text: digits of any script, with up to three characters of punctuation or space between two of them, as written and after undoing
/// percent-encoding, JSON escapes and HTML entities (each up to twice). Deliberately written apart from the product's scanner, so that one does not share the
/// other's blind spots.
/// </summary>
internal static partial class TextSearch
{
    private static readonly SearchValues<char> Digits =
        SearchValues.Create([.. Enumerable.Range(0, char.MaxValue).Select(static code => (char)code).Where(char.IsDigit)]);

    private const int MostSeparators = 3;
    private const string Breaks = ",:;\"'{}[]<>=&?\r\n\t";

    /// <summary>Reports every canary in the text.</summary>
    public static void Find(CanarySet canaries, string text, Action<string, string> report)
    {
        FindDigits(canaries, text, canary => report("text", canary));
        var decoded = text;
        for (var round = 0; round < 2; round++)
        {
            var next = Decode(decoded);
            if (string.Equals(next, decoded, StringComparison.Ordinal))
            {
                return;
            }

            decoded = next;
            FindDigits(canaries, decoded, canary => report("escaped text", canary));
        }
    }

    private static string Decode(string text)
    {
        if (text.AsSpan().IndexOfAny('%', '\\', '&') < 0)
        {
            return text;
        }

        var json = JsonEscape().Replace(text, static match => ((char)int.Parse(match.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
        return WebUtility.HtmlDecode(Uri.UnescapeDataString(json));
    }

    private static void FindDigits(CanarySet canaries, string text, Action<string> report)
    {
        var run = new StringBuilder();
        var group = new StringBuilder();
        var separators = 0;
        var touchesLetter = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (run.Length == 0 && i < text.Length)
            {
                var next = text.AsSpan(i).IndexOfAny(Digits);
                i = next < 0 ? text.Length : i + next;
            }

            var c = i < text.Length ? text[i] : '\n';
            if (char.IsDigit(c) && CharUnicodeInfo.GetDecimalDigitValue(c) is var digit and >= 0)
            {
                touchesLetter |= group.Length == 0 && i > 0 && char.IsAsciiLetter(text[i - 1]);
                group.Append((char)('0' + digit));
                run.Append((char)('0' + digit));
                separators = 0;
                continue;
            }

            if (group.Length > 0)
            {
                touchesLetter |= char.IsAsciiLetter(c);
                Whole(canaries, group, touchesLetter, report);
                group.Clear();
            }

            if (run.Length > 0 && (char.IsLetter(c) || Breaks.Contains(c, StringComparison.Ordinal) || char.IsControl(c) || ++separators > MostSeparators))
            {
                Whole(canaries, run, touchesLetter, report);
                Windows(canaries, run, report);
                run.Clear();
                separators = 0;
                touchesLetter = false;
            }
        }
    }

    private static void Whole(CanarySet canaries, StringBuilder digits, bool touchesLetter, Action<string> report)
    {
        if (!touchesLetter && digits.Length is >= 4 and < CanarySet.LeastWithin
            && canaries.Find(digits.Length, ulong.Parse(digits.ToString(), CultureInfo.InvariantCulture)) is { } canary)
        {
            report(canary);
        }
    }

    private static void Windows(CanarySet canaries, StringBuilder run, Action<string> report)
    {
        if (run.Length < CanarySet.LeastWithin)
        {
            return;
        }

        var digits = run.ToString();
        foreach (var length in canaries.LengthsWithin)
        {
            for (var start = 0; start + length <= digits.Length; start++)
            {
                if (canaries.Find(length, ulong.Parse(digits.AsSpan(start, length), NumberStyles.None, CultureInfo.InvariantCulture)) is { } canary)
                {
                    report(canary);
                }
            }
        }
    }

    [GeneratedRegex(@"\\[uU][0-9A-Fa-f]{4}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JsonEscape();
}
