using System.Collections.Frozen;
using System.Text.Json;

namespace MaskedVerify.Domain;

/// <summary>The words of line classes (<c>toll-free</c>), and which of them nobody is sent a message to unless a policy lists them.</summary>
public static class LineTypes
{
    private static readonly FrozenDictionary<LineType, string> s_words = Enum.GetValues<LineType>().ToFrozenDictionary(l => l, l => JsonNamingPolicy.KebabCaseLower.ConvertName(l.ToString()));
    private static readonly FrozenDictionary<string, LineType> s_lines = s_words.ToFrozenDictionary(w => w.Value, w => w.Key, StringComparer.Ordinal);

    /// <summary>
    /// Classes that need a policy's word: they cost the sender or a third person money, reach nobody who could read, or belong to no country. A landline needs it for
    /// messages, not for calls.
    /// </summary>
    public static IReadOnlyList<LineType> Restricted { get; } =
    [
        LineType.Landline, LineType.Premium, LineType.TollFree, LineType.SharedCost, LineType.Personal, LineType.Pager, LineType.Voicemail, LineType.Uan, LineType.Network, LineType.Unknown,
    ];

    /// <summary>The word of a class.</summary>
    public static string WordOf(LineType line) => s_words[line];

    /// <summary>The class of a word.</summary>
    public static bool TryParse(string? word, out LineType line)
    {
        line = default;
        return word is not null && s_lines.TryGetValue(word, out line);
    }
}
