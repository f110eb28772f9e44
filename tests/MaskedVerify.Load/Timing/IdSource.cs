using System.Security.Cryptography;

namespace MaskedVerify.Load.Timing;

/// <summary>Ids of every kind for one resource.</summary>
/// <param name="own">Ids that the caller may use.</param>
/// <param name="foreign">Ids of another tenant.</param>
internal sealed class IdSource(IReadOnlyList<string> own, IReadOnlyList<string> foreign)
{
    private const string Base32 = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>An id of a kind, another one each time where there are many.</summary>
    public string Next(IdKind kind) => kind switch
    {
        IdKind.Own => Any(own),
        IdKind.Foreign => Any(foreign),
        IdKind.Unknown => Scramble(Any(foreign)),
        _ => Malform(Any(foreign)),
    };

    private static string Any(IReadOnlyList<string> ids) => ids[RandomNumberGenerator.GetInt32(ids.Count)];

    // Keeps prefix and key version: everything else is random.
    private static string Scramble(string id) => id[..4] + RandomNumberGenerator.GetString(Base32, id.Length - 4);

    // As long as an id: a shorter request takes less time, which tells its sender nothing.
    private static string Malform(string id) => RandomNumberGenerator.GetInt32(4) switch
    {
        0 => id.ToUpperInvariant(),
        1 => id[..^1] + "u",
        2 => id[..5] + "~" + id[6..],
        _ => "zz" + id[2..],
    };
}
