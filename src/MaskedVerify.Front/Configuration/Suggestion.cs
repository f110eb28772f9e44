namespace MaskedVerify.Front.Configuration;

/// <summary>Finds the word that somebody probably meant.</summary>
internal static class Suggestion
{
    /// <summary>The nearest word by edit distance, or null when none is near.</summary>
    public static string? Nearest(string text, IReadOnlyList<string> words)
    {
        var (word, distance) = words.Select(w => (Word: w, Distance: Distance(text.ToLowerInvariant(), w.ToLowerInvariant()))).MinBy(w => w.Distance);
        return distance <= Math.Max(2, text.Length / 3) ? word : null;
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
