using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace MaskedVerify.Load.Targets;

/// <summary>Adds up the storage meter of this process.</summary>
internal sealed class StorageListener : IDisposable
{
    private const string Meter = "MaskedVerify.Storage";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Instrument, string Database), Sum> _sums = new();

    public StorageListener()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Meter && instrument.Name is "maskedverify.storage.rows.written" or "maskedverify.storage.items" or "maskedverify.storage.batch.size")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, instrument is Histogram<int> ? 1 : value, tags));
        _listener.Start();
    }

    /// <summary>Counters so far: rows, items, transactions, each for both databases.</summary>
    public TargetSnapshot Read() => new()
    {
        HotRows = Get("maskedverify.storage.rows.written", "hot"),
        KeysRows = Get("maskedverify.storage.rows.written", "keys"),
        HotItems = Get("maskedverify.storage.items", "hot"),
        KeysItems = Get("maskedverify.storage.items", "keys"),
        HotTransactions = Get("maskedverify.storage.batch.size", "hot"),
        KeysTransactions = Get("maskedverify.storage.batch.size", "keys"),
    };

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private double Get(string instrument, string database) => _sums.TryGetValue((instrument, database), out var sum) ? Volatile.Read(ref sum.Value) : 0;

    private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag is { Key: "database", Value: string database })
                Interlocked.Add(ref _sums.GetOrAdd((instrument.Name, database), static _ => new Sum()).Value, value);
        }
    }

    private sealed class Sum
    {
        public long Value;
    }
}
