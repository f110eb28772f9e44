using System.Collections.Concurrent;
using MaskedVerify.Domain;
using Orleans.Storage;

namespace MaskedVerify.Testing;

/// <summary>Control state in memory, shared by all silos of a test, with version checks like the real one. Survives any silo; writes can be made to fail.</summary>
public sealed class InMemoryControlStore
{
    private readonly ConcurrentDictionary<(string State, string Key), (long Version, byte[] Payload)> _rows = new();
    private int _writes;

    /// <summary>While true every call throws <see cref="StorageUnavailableException"/>.</summary>
    public bool IsUnavailable { get; set; }

    /// <summary>Called with the state name before each write; throws to let it fail, awaits to delay it.</summary>
    public Func<string, Task>? BeforeWrite { get; set; }

    /// <summary>Called with the state name after each write that became durable; throws to lose the answer.</summary>
    public Func<string, Task>? AfterWrite { get; set; }

    /// <summary>Writes that became durable.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>The stored bytes of a row, or null.</summary>
    public byte[]? PayloadOf(string state, string key) => _rows.TryGetValue((state, key), out var row) ? row.Payload : null;

    /// <summary>All rows as they are now.</summary>
    public IReadOnlyDictionary<(string State, string Key), (long Version, byte[] Payload)> Backup() => _rows.ToDictionary();

    /// <summary>Brings rows back behind the silos' backs.</summary>
    public void Restore(IReadOnlyDictionary<(string State, string Key), (long Version, byte[] Payload)> rows)
    {
        _rows.Clear();
        foreach (var (key, row) in rows)
            _rows[key] = row;
    }

    /// <summary>The grain storage of one silo over these rows.</summary>
    public IGrainStorage ForSilo(IGrainStorageSerializer serializer) => new Storage(this, serializer);

    private sealed class Storage(InMemoryControlStore store, IGrainStorageSerializer serializer) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            store.ThrowWhenUnavailable();
            if (!store._rows.TryGetValue((stateName, grainId.Key.ToString()!), out var row))
                return Task.CompletedTask;

            grainState.State = serializer.Deserialize<T>(new BinaryData(row.Payload));
            grainState.ETag = row.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            store.ThrowWhenUnavailable();
            if (store.BeforeWrite is { } before)
                await before(stateName);

            var key = (stateName, grainId.Key.ToString()!);
            var next = (grainState.ETag is null ? 0 : long.Parse(grainState.ETag, System.Globalization.CultureInfo.InvariantCulture)) + 1;
            var payload = serializer.Serialize(grainState.State).ToArray();
            var written = next == 1
                ? store._rows.TryAdd(key, (next, payload))
                : store._rows.TryGetValue(key, out var row) && row.Version == next - 1 && store._rows.TryUpdate(key, (next, payload), row);
            if (!written)
                throw new InconsistentStateException("The row has another version.", "?", grainState.ETag);

            Interlocked.Increment(ref store._writes);
            if (store.AfterWrite is { } after)
                await after(stateName);

            grainState.ETag = next.ToString(System.Globalization.CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            store.ThrowWhenUnavailable();
            store._rows.TryRemove((stateName, grainId.Key.ToString()!), out _);
            grainState.ETag = null;
            grainState.RecordExists = false;
            return Task.CompletedTask;
        }
    }

    private void ThrowWhenUnavailable()
    {
        if (IsUnavailable)
            throw new StorageUnavailableException("The test made the database unavailable.");
    }
}
