using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Erases the side rows of an alias on the writing connection.</summary>
internal sealed class HotErasure(HotWriter writer, Func<string, SqliteStatement> prepare)
{
    private readonly SqliteStatement[] _deletes =
    [
        prepare("DELETE FROM outcomes WHERE verification BETWEEN ?1 AND ?2"),
        prepare("DELETE FROM due WHERE verification BETWEEN ?1 AND ?2"),
        prepare("DELETE FROM receipts WHERE verification BETWEEN ?1 AND ?2"),
    ];

    private readonly SqliteStatement _emptyAnswers = prepare("UPDATE unique_keys SET fingerprint = x'', answer = x'', alias = NULL WHERE alias = ?1");

    public void Erase(AliasId alias)
    {
        var (first, last) = HotIds.VerificationsOf(alias);
        foreach (var delete in _deletes)
        {
            writer.Write(delete.Bind(1, first).Bind(2, last));
        }

        writer.Write(_emptyAnswers.Bind(1, first));
    }
}
