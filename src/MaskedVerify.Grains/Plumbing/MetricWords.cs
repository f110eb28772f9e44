using System.Text;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Values of enumerations as metric labels, written as in the API: <c>NotSent</c> is <c>not-sent</c>. A label is part of rules and dashboards: never rename a value.</summary>
internal static class MetricWords
{
    /// <summary>The word of a value.</summary>
    internal static string Of<T>(T value)
        where T : struct, Enum => Words<T>.All.TryGetValue(value, out var word) ? word : "other";

    private static string Word(string name)
    {
        var word = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && word.Length > 0)
                word.Append('-');
            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }

    private static class Words<T>
        where T : struct, Enum
    {
        internal static readonly Dictionary<T, string> All = Enum.GetValues<T>().ToDictionary(v => v, v => Word(v.ToString()));
    }
}
