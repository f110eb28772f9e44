using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage;

/// <summary>The keys store on its own SQLite file, with deleted bytes overwritten.</summary>
internal sealed class SqliteKeysStore : IKeysStore, IDisposable
{
    private readonly GroupCommitter<SqliteItem<KeysWriter>> _commits;
    private readonly SqliteReaders<KeysReader> _readers;

    public SqliteKeysStore(
        IOptions<StorageOptions> options, SqliteConnections connections, StorageMetrics metrics, TimeProvider time, ILogger<SqliteKeysStore> logger)
    {
        var file = connections.Files.Keys;
        _readers = new SqliteReaders<KeysReader>(file, () => new KeysReader(connections.OpenReader(file)));
        var writer = new SqliteBatchWriter<KeysWriter>(file, () => Open(connections, file), connections.Checkpointer(file, logger), metrics, time, logger);
        _commits = new GroupCommitter<SqliteItem<KeysWriter>>(file.Name, writer, options.Value, metrics, time);
    }

    public ValueTask<AliasId?> FindAliasAsync(ReadOnlyMemory<byte> indexKey, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_readers.Read(indexKey, static (reader, key) => reader.FindAlias(key.Span)));

    public ValueTask<AliasId> AddAliasAsync(NewAliasKeys keys)
    {
        if (keys.Alias.IsNone || keys.Tenant.IsNone || keys.IndexKey.Length is < 16 or > 64)
        {
            throw new ArgumentException("A first contact names a tenant, an alias and an index key of 16 to 64 bytes.", nameof(keys));
        }

        return WriteAsync(new AddAliasItem(keys));
    }

    public ValueTask<WrappedKey?> ReadSubjectKeyAsync(AliasId alias, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_readers.Read(alias, static (reader, id) => reader.ReadSubject(id)));

    public ValueTask<bool> EraseAliasAsync(AliasId alias) => alias.IsNone
        ? throw new ArgumentException("There is no alias to erase.", nameof(alias))
        : WriteAsync(new EraseAliasItem(alias));

    public ValueTask<IReadOnlyList<UnseenAlias>> FindUnseenAsync(DateTimeOffset before, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        return ValueTask.FromResult<IReadOnlyList<UnseenAlias>>(_readers.Read((before, max), static (reader, query) => reader.FindUnseen(query.before, query.max)));
    }

    public async ValueTask MarkSeenAsync(IReadOnlyList<AliasId> aliases) => await WriteAsync(new MarkSeenItem(aliases));

    public ValueTask<IReadOnlyList<WrappedKey>> ReadKeysAsync(TenantId tenant, string name, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<WrappedKey>>(_readers.Read((tenant, name), static (reader, key) => reader.ReadNamed(key.tenant, key.name)));

    public ValueTask<WrappedKey> AddKeyAsync(TenantId tenant, string name, WrappedKey key) => WriteAsync(new AddKeyItem(tenant, name, key));

    public void Dispose()
    {
        _commits.Dispose();
        _readers.Dispose();
    }

    private static KeysWriter Open(SqliteConnections connections, SqliteFile file)
    {
        var writer = new KeysWriter(connections.OpenWriter(file), file);

        // A process that died between an erasure and its checkpoint left old pages in the log. In vain if another process reads: then the next one.
        writer.Truncate();
        return writer;
    }

    private ValueTask<TAnswer> WriteAsync<TAnswer>(SqliteItem<KeysWriter, TAnswer> item) => _commits.TraceAsync(item, item.Ended);
}
