using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>The keys store on a database server.</summary>
internal sealed class ServerKeysStore : IKeysStore, IAsyncDisposable, IDisposable
{
    private readonly ServerDatabase _database;
    private readonly ServerCommitter _commits;
    private readonly ServerReads _reads;

    public ServerKeysStore(ServerDatabase database, StorageOptions options, StorageMetrics metrics, TimeProvider time, ILogger logger)
    {
        _database = database;
        _reads = new ServerReads(database, options, time, Calls);
        var plan = new KeysServerPlan();
        _commits = new ServerCommitter(
            database.Name, () => new ServerBatchWriter(database, plan, options, metrics, time, logger), options, metrics, time);
    }

    public async ValueTask<AliasId?> FindAliasAsync(ReadOnlyMemory<byte> indexKey, CancellationToken cancellationToken = default) =>
        (await _reads.ReadAsync(new AliasRead(indexKey.ToArray()), cancellationToken))?.Alias;

    public ValueTask<AliasId> AddAliasAsync(NewAliasKeys keys)
    {
        if (keys.Alias.IsNone || keys.Tenant.IsNone || keys.IndexKey.Length is < 16 or > 64)
        {
            throw new ArgumentException("A first contact names a tenant, an alias and an index key of 16 to 64 bytes.", nameof(keys));
        }

        return _commits.WriteAsync(new FirstContactItem(keys));
    }

    public ValueTask<WrappedKey?> ReadSubjectKeyAsync(AliasId alias, CancellationToken cancellationToken = default) =>
        _reads.ReadAsync(new SubjectRead(alias), cancellationToken);

    public ValueTask<bool> EraseAliasAsync(AliasId alias) => alias.IsNone
        ? throw new ArgumentException("There is no alias to erase.", nameof(alias))
        : _commits.WriteAsync(new ErasureItem(alias));

    public async ValueTask<IReadOnlyList<UnseenAlias>> FindUnseenAsync(DateTimeOffset before, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        List<UnseenAlias> found = [];
        await ServerReads.RunAsync(
            _database,
            () =>
            {
                found.Clear();
                return
                [
                    new ServerCall(
                        ServerStatement.FindUnseen,
                        row => found.Add(new UnseenAlias(TenantId.Parse(row.GetString(0)), HotIds.ReadAlias(row.Bytes(1)))),
                        ServerArgument.Of("before", before.UtcTicks), ServerArgument.Of("most", max)),
                ];
            },
            cancellationToken);
        return found;
    }

    public async ValueTask MarkSeenAsync(IReadOnlyList<AliasId> aliases)
    {
        if (aliases.Count > 0)
        {
            List<byte[]> sorted = [.. aliases.Select(KeysServerPlan.BytesOf)];
            sorted.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
            await ServerReads.RunAsync(_database, () => [new ServerCall(ServerStatement.MarkSeen, null, ServerArgument.Of("alias", sorted))], CancellationToken.None);
        }
    }

    public async ValueTask<IReadOnlyList<WrappedKey>> ReadKeysAsync(TenantId tenant, string name, CancellationToken cancellationToken = default) =>
        await _reads.ReadAsync(new NamedKeysRead(tenant, name), cancellationToken) ?? [];

    public ValueTask<WrappedKey> AddKeyAsync(TenantId tenant, string name, WrappedKey key) => _commits.WriteAsync(new NamedKeyItem(tenant, name, key));

    public async ValueTask DisposeAsync()
    {
        _reads.Dispose();
        await _commits.DisposeAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static List<ServerCall> Calls(List<ServerRead> reads)
    {
        List<ServerCall> calls = [];
        var aliases = reads.OfType<AliasRead>().ToLookup(read => Convert.ToHexString(read.Key), StringComparer.Ordinal);
        if (aliases.Count > 0)
        {
            calls.Add(KeysServerPlan.FindAliases([.. aliases.Select(same => same.First().Key)], (key, alias) =>
            {
                foreach (var read in aliases[Convert.ToHexString(key)])
                {
                    read.Found = new FoundAlias(alias);
                }
            }));
        }

        AddSubjects(calls, reads);
        List<NamedKeysRead> named = [.. reads.OfType<NamedKeysRead>()];
        if (named.Count > 0)
        {
            named.ForEach(read => read.Found = []);
            calls.Add(KeysServerPlan.NamedKeys(named.ConvertAll(read => read.Key), (n, key) => named[n].Add(key)));
        }

        return calls;
    }

    private static void AddSubjects(List<ServerCall> calls, List<ServerRead> reads)
    {
        var subjects = reads.OfType<SubjectRead>().ToLookup(read => read.Key);
        if (subjects.Count == 0)
        {
            return;
        }

        calls.Add(new ServerCall(
            ServerStatement.ReadSubjects,
            row =>
            {
                foreach (var read in subjects[HotIds.ReadAlias(row.Bytes(0))])
                {
                    read.Found = new WrappedKey(row.GetInt32(1), row.Bytes(2));
                }
            },
            ServerArgument.Of("alias", subjects.Select(same => KeysServerPlan.BytesOf(same.Key)).ToList())));
    }

    private sealed record FoundAlias(AliasId Alias);

    private sealed class AliasRead(byte[] key) : ServerRead<byte[], FoundAlias>(key);

    private sealed class SubjectRead(AliasId alias) : ServerRead<AliasId, WrappedKey>(alias);

    private sealed class NamedKeysRead(TenantId tenant, string name) : ServerRead<(TenantId Tenant, string Name), List<WrappedKey>>((tenant, name))
    {
        public void Add(WrappedKey key)
        {
            // Newest first.
            Found ??= [];
            var place = Found.FindIndex(known => known.Version < key.Version);
            Found.Insert(place < 0 ? Found.Count : place, key);
        }
    }
}
