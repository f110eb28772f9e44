using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace MaskedVerify.Storage;

/// <summary>The writing connection of the keys database.</summary>
internal sealed class KeysWriter : SqliteSession
{
    private readonly SqliteStatement _findAlias;
    private readonly SqliteStatement _addIndex;
    private readonly SqliteFile _file;
    private readonly SqliteStatement _addSubject;
    private readonly SqliteStatement _deleteIndex;
    private readonly SqliteStatement _deleteSubject;
    private readonly SqliteStatement _markSeen;
    private readonly SqliteStatement _addNamed;
    private readonly SqliteStatement _findNamed;

    public KeysWriter(SqliteConnection connection, SqliteFile file)
        : base(connection)
    {
        _file = file;
        _findAlias = Prepare("SELECT alias FROM alias_index WHERE index_key = ?1");
        _addIndex = Prepare("INSERT INTO alias_index (index_key, key_version, alias) VALUES (?1, ?2, ?3) ON CONFLICT (index_key) DO NOTHING");
        _addSubject = Prepare("INSERT INTO subject_keys (alias, tenant, version, wrapped, unseen_since) VALUES (?1, ?2, ?3, ?4, ?5)");
        _markSeen = Prepare("UPDATE subject_keys SET unseen_since = NULL WHERE alias = ?1 AND unseen_since IS NOT NULL");
        _deleteIndex = Prepare("DELETE FROM alias_index WHERE alias = ?1");
        _deleteSubject = Prepare("DELETE FROM subject_keys WHERE alias = ?1");
        _addNamed = Prepare("INSERT INTO named_keys (tenant, name, version, wrapped) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (tenant, name, version) DO NOTHING");
        _findNamed = Prepare("SELECT wrapped FROM named_keys WHERE tenant = ?1 AND name = ?2 AND version = ?3");
    }

    /// <summary>The alias under an index key, or null.</summary>
    public AliasId? FindAlias(ReadOnlySpan<byte> indexKey)
    {
        if (!_findAlias.Bind(1, indexKey).Read())
        {
            return null;
        }

        var alias = HotIds.ReadAlias(_findAlias.Span(0));
        _findAlias.Reset();
        return alias;
    }

    /// <summary>Adds an alias unless its index key exists; the alias that stands there now.</summary>
    public AliasId AddAlias(NewAliasKeys keys)
    {
        Span<byte> alias = stackalloc byte[HotIds.AliasLength];
        HotIds.Write(keys.Alias, alias);
        if (Write(_addIndex.Bind(1, keys.IndexKey).Bind(2, keys.IndexKeyVersion).Bind(3, alias)) == 0)
        {
            return FindAlias(keys.IndexKey) ?? keys.Alias;
        }

        Write(_addSubject.Bind(1, alias).Bind(2, keys.Tenant.Value).Bind(3, keys.SubjectKey.Version).Bind(4, keys.SubjectKey.Bytes).Bind(5, keys.AddedAt.UtcTicks));
        return keys.Alias;
    }

    /// <summary>Whether there was something to delete.</summary>
    public bool EraseAlias(AliasId alias)
    {
        Span<byte> bytes = stackalloc byte[HotIds.AliasLength];
        HotIds.Write(alias, bytes);
        return Write(_deleteSubject.Bind(1, bytes)) + Write(_deleteIndex.Bind(1, bytes)) > 0;
    }

    /// <summary>The alias is in use.</summary>
    public void MarkSeen(AliasId alias)
    {
        Span<byte> bytes = stackalloc byte[HotIds.AliasLength];
        HotIds.Write(alias, bytes);
        Write(_markSeen.Bind(1, bytes));
    }

    /// <summary>Adds a version of a named key unless it exists; the one that stands there now.</summary>
    public WrappedKey AddNamed(TenantId tenant, string name, WrappedKey key)
    {
        if (Write(_addNamed.Bind(1, tenant.Value).Bind(2, name).Bind(3, key.Version).Bind(4, key.Bytes)) == 1)
        {
            return key;
        }

        _findNamed.Bind(1, tenant.Value).Bind(2, name).Bind(3, key.Version).Read();
        var known = new WrappedKey(key.Version, _findNamed.Bytes(0));
        _findNamed.Reset();
        return known;
    }

    /// <summary>Copies the write-ahead log into the file and cuts it to nothing, so that no old page is left in it. False: a reader stood in the way.</summary>
    public bool Truncate()
    {
        lock (_file.CopyGate)
        {
            return sqlite3_wal_checkpoint_v2(Handle, "main", SQLITE_CHECKPOINT_TRUNCATE, out _, out _) switch
            {
                SQLITE_OK => true,
                SQLITE_BUSY or SQLITE_LOCKED => false,
                var code => throw new SqliteException("The write-ahead log could not be truncated.", code & 0xff, code),
            };
        }
    }
}

/// <summary>A reading connection of the keys database.</summary>
internal sealed class KeysReader : SqliteSession
{
    private readonly SqliteStatement _alias;
    private readonly SqliteStatement _subject;
    private readonly SqliteStatement _unseen;
    private readonly SqliteStatement _named;

    public KeysReader(SqliteConnection connection)
        : base(connection)
    {
        _alias = Prepare("SELECT alias FROM alias_index WHERE index_key = ?1");
        _subject = Prepare("SELECT version, wrapped FROM subject_keys WHERE alias = ?1");
        _unseen = Prepare("SELECT tenant, alias FROM subject_keys WHERE unseen_since < ?1 ORDER BY unseen_since LIMIT ?2");
        _named = Prepare("SELECT version, wrapped FROM named_keys WHERE tenant = ?1 AND name = ?2 ORDER BY version DESC");
    }

    public AliasId? FindAlias(ReadOnlySpan<byte> indexKey)
    {
        if (!_alias.Bind(1, indexKey).Read())
        {
            return null;
        }

        var alias = HotIds.ReadAlias(_alias.Span(0));
        _alias.Reset();
        return alias;
    }

    public WrappedKey? ReadSubject(AliasId alias)
    {
        Span<byte> bytes = stackalloc byte[HotIds.AliasLength];
        HotIds.Write(alias, bytes);
        if (!_subject.Bind(1, bytes).Read())
        {
            return null;
        }

        var key = new WrappedKey(_subject.Int32(0), _subject.Bytes(1));
        _subject.Reset();
        return key;
    }

    public List<UnseenAlias> FindUnseen(DateTimeOffset before, int max)
    {
        var found = new List<UnseenAlias>();
        _unseen.Bind(1, before.UtcTicks).Bind(2, max);
        while (_unseen.Read())
        {
            found.Add(new UnseenAlias(TenantId.Parse(_unseen.Text(0)), HotIds.ReadAlias(_unseen.Span(1))));
        }

        return found;
    }

    public List<WrappedKey> ReadNamed(TenantId tenant, string name)
    {
        var keys = new List<WrappedKey>();
        _named.Bind(1, tenant.Value).Bind(2, name);
        while (_named.Read())
        {
            keys.Add(new WrappedKey(_named.Int32(0), _named.Bytes(1)));
        }

        return keys;
    }
}
