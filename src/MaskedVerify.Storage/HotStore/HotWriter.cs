using MaskedVerify.Domain;
using Microsoft.Data.Sqlite;

namespace MaskedVerify.Storage;

/// <summary>The writing connection of a hot database: states and side rows inside the transaction of a batch.</summary>
internal sealed class HotWriter : SqliteSession
{
    private readonly Dictionary<string, long> _tables = new(StringComparer.Ordinal);
    private readonly SqliteStatement _addTable;
    private readonly SqliteStatement _findTable;
    private readonly SqliteStatement _version;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _update;
    private readonly SqliteStatement _delete;

    public HotWriter(SqliteConnection connection)
        : base(connection)
    {
        _addTable = Prepare("INSERT INTO hot_tables (name) VALUES (?1) ON CONFLICT (name) DO NOTHING");
        _findTable = Prepare("SELECT id FROM hot_tables WHERE name = ?1");
        _version = Prepare("SELECT version FROM hot_state WHERE table_id = ?1 AND key = ?2");
        _insert = Prepare("INSERT INTO hot_state (table_id, key, version, payload) VALUES (?1, ?2, 1, ?3) ON CONFLICT (table_id, key) DO NOTHING");
        _update = Prepare("UPDATE hot_state SET version = version + 1, payload = ?3 WHERE table_id = ?1 AND key = ?2 AND version = ?4");
        _delete = Prepare("DELETE FROM hot_state WHERE table_id = ?1 AND key = ?2 AND version = ?3");
        SideRows = new HotSideRows(this, Prepare);
        Upkeep = new HotUpkeep(this, Prepare);
        Audits = new HotAudits(this, Prepare);
    }

    public HotSideRows SideRows { get; }

    public HotUpkeep Upkeep { get; }

    public HotAudits Audits { get; }

    /// <summary>Makes a state name known. Outside of a transaction, so that an undone batch does not take the name with it.</summary>
    public void NameTable(string table)
    {
        if (_tables.ContainsKey(table))
        {
            return;
        }

        if (!_findTable.Bind(1, table).Read())
        {
            _addTable.Bind(1, table).Run();
            _findTable.Read();
        }

        _tables[table] = _findTable.Int64(0);
        _findTable.Reset();
    }

    /// <summary>The version of a row; 0 if there is none.</summary>
    public long ReadVersion(string table, string key)
    {
        Span<byte> room = stackalloc byte[HotIds.KeyRoom(key)];
        var version = Row(_version, table, room[..HotIds.WriteKey(key, room)]).Read() ? _version.Int64(0) : 0;
        _version.Reset();
        return version;
    }

    /// <summary>Writes a state if its version is the expected one. False: it is not, and nothing was written.</summary>
    public bool WriteState(HotCommit commit)
    {
        Span<byte> room = stackalloc byte[HotIds.KeyRoom(commit.Key)];
        ReadOnlySpan<byte> key = room[..HotIds.WriteKey(commit.Key, room)];
        return (commit.Payload, commit.ExpectedVersion) switch
        {
            (null, 0) => ReadVersion(commit.Table, commit.Key) == 0,
            (null, _) => Write(Row(_delete, commit.Table, key).Bind(3, commit.ExpectedVersion)) == 1,
            (_, 0) => Write(Row(_insert, commit.Table, key).Bind(3, commit.Payload)) == 1,
            _ => Write(Row(_update, commit.Table, key).Bind(3, commit.Payload).Bind(4, commit.ExpectedVersion)) == 1,
        };
    }

    private SqliteStatement Row(SqliteStatement statement, string table, ReadOnlySpan<byte> key) => statement.Bind(1, _tables[table]).Bind(2, key);
}
