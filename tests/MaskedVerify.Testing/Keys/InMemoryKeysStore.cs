using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Testing;

/// <summary>A keys store in memory with the semantics of the durable ones. Its tables are open, so that a test can swap and edit rows.</summary>
public class InMemoryKeysStore : IKeysStore
{
    private readonly Lock _gate = new();

    /// <summary>Index key (hex) to alias.</summary>
    public Dictionary<string, AliasId> Index { get; } = new(StringComparer.Ordinal);

    /// <summary>Alias to wrapped subject key.</summary>
    public Dictionary<AliasId, WrappedKey> SubjectKeys { get; } = [];

    /// <summary>Tenant and name to versions, newest first.</summary>
    public Dictionary<(TenantId Tenant, string Name), List<WrappedKey>> Keys { get; } = [];

    /// <summary>When the keys of aliases were written that nobody has seen in use.</summary>
    public Dictionary<AliasId, (TenantId Tenant, DateTimeOffset At)> Unseen { get; } = [];

    /// <summary>How often a subject key was read.</summary>
    public int SubjectKeyReads { get; private set; }

    /// <summary>How often named keys were read.</summary>
    public int KeyReads { get; private set; }

    /// <summary>Awaited by every read before it looks, so that a test can hold a read back.</summary>
    public Func<Task>? BeforeRead { get; set; }

    /// <summary>Awaited by every read after it has looked, so that a test can change things behind a read's back.</summary>
    public Func<Task>? AfterRead { get; set; }

    /// <summary>Awaited by every erasure before it deletes; throws to stop it there.</summary>
    public Func<Task>? BeforeErase { get; set; }

    /// <summary>Awaited by every erasure after it has deleted; throws to lose its answer.</summary>
    public Func<Task>? AfterErase { get; set; }

    public async ValueTask<AliasId?> FindAliasAsync(ReadOnlyMemory<byte> indexKey, CancellationToken cancellationToken = default)
    {
        var key = Convert.ToHexString(indexKey.Span);
        return await ReadAsync(() => Index.TryGetValue(key, out var alias) ? alias : (AliasId?)null);
    }

    public virtual ValueTask<AliasId> AddAliasAsync(NewAliasKeys keys)
    {
        lock (_gate)
        {
            if (Index.TryGetValue(Convert.ToHexString(keys.IndexKey), out var winner))
            {
                return new(winner);
            }

            Index.Add(Convert.ToHexString(keys.IndexKey), keys.Alias);
            SubjectKeys.Add(keys.Alias, keys.SubjectKey);
            Unseen.Add(keys.Alias, (keys.Tenant, keys.AddedAt));
            return new(keys.Alias);
        }
    }

    public virtual async ValueTask<WrappedKey?> ReadSubjectKeyAsync(AliasId alias, CancellationToken cancellationToken = default) => await ReadAsync(() =>
    {
        SubjectKeyReads++;
        return SubjectKeys.GetValueOrDefault(alias);
    });

    public async ValueTask<bool> EraseAliasAsync(AliasId alias)
    {
        await (BeforeErase?.Invoke() ?? Task.CompletedTask);
        bool found;
        lock (_gate)
        {
            foreach (var key in Index.Where(row => row.Value == alias).Select(row => row.Key).ToArray())
            {
                Index.Remove(key);
            }

            Unseen.Remove(alias);
            found = SubjectKeys.Remove(alias);
        }

        await (AfterErase?.Invoke() ?? Task.CompletedTask);
        return found;
    }

    public ValueTask<IReadOnlyList<UnseenAlias>> FindUnseenAsync(DateTimeOffset before, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        lock (_gate)
        {
            return new([.. Unseen.Where(row => row.Value.At < before).OrderBy(row => row.Value.At).Take(max).Select(row => new UnseenAlias(row.Value.Tenant, row.Key))]);
        }
    }

    public ValueTask MarkSeenAsync(IReadOnlyList<AliasId> aliases)
    {
        lock (_gate)
        {
            foreach (var alias in aliases)
            {
                Unseen.Remove(alias);
            }
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<IReadOnlyList<WrappedKey>> ReadKeysAsync(TenantId tenant, string name, CancellationToken cancellationToken = default) =>
        await ReadAsync<IReadOnlyList<WrappedKey>>(() =>
        {
            KeyReads++;
            return Keys.TryGetValue((tenant, name), out var versions) ? [.. versions] : [];
        });

    public ValueTask<WrappedKey> AddKeyAsync(TenantId tenant, string name, WrappedKey key)
    {
        lock (_gate)
        {
            if (!Keys.TryGetValue((tenant, name), out var versions))
            {
                Keys[(tenant, name)] = versions = [];
            }

            if (versions.Find(version => version.Version == key.Version) is { } durable)
            {
                return new(durable);
            }

            versions.Insert(0, key);
            return new(key);
        }
    }

    private async ValueTask<T> ReadAsync<T>(Func<T> look)
    {
        if (BeforeRead is { } before)
        {
            await before();
        }

        T result;
        lock (_gate)
        {
            result = look();
        }

        if (AfterRead is { } after)
        {
            await after();
        }

        return result;
    }
}
