using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Moves audit events from the outbox into the log on the writing connection, which is alone with the database.</summary>
internal sealed class HotAudits
{
    private readonly HotWriter _writer;
    private readonly SqliteStatement _heads;
    private readonly SqliteStatement _oldest;
    private readonly SqliteStatement _append;
    private readonly SqliteStatement _remove;
    private readonly SqliteStatement _keepHead;
    private readonly long[] _newest = new long[AuditShards.Count];

    public HotAudits(HotWriter writer, Func<string, SqliteStatement> prepare)
    {
        _writer = writer;
        _heads = prepare("SELECT shard, newest FROM audit_heads");
        _oldest = prepare("SELECT seq, event_id, tenant, payload, at FROM audit_outbox ORDER BY seq LIMIT ?1");
        _append = prepare("INSERT INTO audit_log (shard, number, event_id, tenant, payload, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _remove = prepare("DELETE FROM audit_outbox WHERE seq <= ?1");
        _keepHead = prepare("UPDATE audit_heads SET newest = ?2 WHERE shard = ?1");
    }

    /// <summary>Moves at most so many; how many it were.</summary>
    public int Drain(int max)
    {
        while (_heads.Read())
        {
            _newest[_heads.Int32(0)] = _heads.Int64(1);
        }

        var (moved, last, shards) = Append(max);
        if (moved == 0)
        {
            return 0;
        }

        _writer.Write(_remove.Bind(1, last));
        for (var shard = 0; shard < AuditShards.Count; shard++)
        {
            if ((shards & (1 << shard)) != 0 && _writer.Write(_keepHead.Bind(1, shard).Bind(2, _newest[shard])) != 1)
            {
                throw new InvalidOperationException($"The table audit_heads lacks the row of shard {shard}.");
            }
        }

        return moved;
    }

    /// <summary>How many were appended, the outbox's number of the last of them, and one bit per shard that has grown.</summary>
    private (int Moved, long Last, int Shards) Append(int max)
    {
        var (moved, last, shards) = (0, 0L, 0);
        _oldest.Bind(1, max);
        try
        {
            while (_oldest.Read())
            {
                last = _oldest.Int64(0);
                var shard = AuditShards.Of(_oldest.Span(2));
                shards |= 1 << shard;
                _append.Bind(1, shard).Bind(2, ++_newest[shard]).Bind(3, _oldest.Span(1)).BindText(4, _oldest.Span(2)).Bind(5, _oldest.Span(3)).Bind(6, _oldest.Int64(4));
                moved += _writer.Write(_append);
            }
        }
        finally
        {
            // A row that the log refuses ends this half-way, and a statement left reading would keep an old snapshot under the next transaction.
            _oldest.Reset();
        }

        return (moved, last, shards);
    }
}
