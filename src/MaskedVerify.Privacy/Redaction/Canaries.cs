using System.Buffers;
using System.Text;

namespace MaskedVerify.Privacy;

/// <summary>Planted numbers and codes, as digits and as the base64 that any text around them may give.</summary>
internal sealed class Canaries
{
    // Shorter ones (codes) count only as a whole run or group: six given digits turn up by chance inside longer ones.
    private const int LeastWithin = 7;

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _whole;
    private readonly string[] _within;
    private readonly string[] _encoded;
    private readonly SearchValues<string>? _search;

    public Canaries(IEnumerable<string> canaries)
    {
        var all = canaries.ToHashSet(StringComparer.Ordinal);
        _whole = all.GetAlternateLookup<ReadOnlySpan<char>>();
        _within = [.. all.Where(static canary => canary.Length >= LeastWithin)];
        _encoded = [.. all.SelectMany(Base64Forms).Distinct(StringComparer.Ordinal)];
        _search = _encoded.Length == 0 ? null : SearchValues.Create(_encoded, StringComparison.Ordinal);
        IsEmpty = all.Count == 0;
    }

    /// <summary>Whether there are none, as in production.</summary>
    public bool IsEmpty { get; }

    /// <summary>Whether the digits are a canary, or contain one that is long enough not to be chance.</summary>
    public bool Match(ReadOnlySpan<char> digits)
    {
        if (IsEmpty)
        {
            return false;
        }

        if (_whole.Contains(digits))
        {
            return true;
        }

        foreach (var canary in _within)
        {
            if (digits.Contains(canary, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds every base64 form in the text.</summary>
    public void FindEncoded(ReadOnlySpan<char> text, ref List<ScanFinding>? findings)
    {
        if (_search is null)
        {
            return;
        }

        var at = 0;
        while (text[at..].IndexOfAny(_search) is var next and >= 0)
        {
            at += next;
            var length = 0;
            foreach (var form in _encoded)
            {
                length = text[at..].StartsWith(form, StringComparison.Ordinal) ? Math.Max(length, form.Length) : length;
            }

            (findings ??= []).Add(new ScanFinding(at, at + length, IsLeak: true));
            at += length;
        }
    }

    /// <summary>The characters of base64 that depend on the digits alone, for each of the three ways in which they may lie on its grid.</summary>
    private static IEnumerable<string> Base64Forms(string digits)
    {
        for (var before = 0; before < 3; before++)
        {
            var encoded = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('\0', before) + digits));
            var first = before == 0 ? 0 : before + 1;
            var last = (before + digits.Length) * 8 / 6;
            yield return encoded[first..last];
        }
    }
}
