using System.Diagnostics.Metrics;

namespace MaskedVerify.Storage;

/// <summary>Instruments of the meter <c>MaskedVerify.Storage</c>. The label <c>database</c> is <c>hot</c> or <c>keys</c>.</summary>
internal sealed class StorageMetrics
{
    public const string MeterName = "MaskedVerify.Storage";

    private readonly Counter<long> _rows;
    private readonly Counter<long> _commits;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _commit;
    private readonly Histogram<double> _wait;
    private readonly UpDownCounter<int> _queue;
    private readonly UpDownCounter<int> _queueLimit;

    public StorageMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _rows = meter.CreateCounter<long>("maskedverify.storage.rows.written", "{row}", "Rows inserted, changed or deleted, by database.");
        _commits = meter.CreateCounter<long>("maskedverify.storage.items", "{item}", "Items of group commits, by database and how they ended.");
        _batch = meter.CreateHistogram<int>("maskedverify.storage.batch.size", "{item}", "Items of one transaction.");
        _commit = meter.CreateHistogram<double>("maskedverify.storage.commit.duration", "s", "From the begin of a transaction until it is durable.");
        _wait = meter.CreateHistogram<double>("maskedverify.storage.wait.duration", "s", "The oldest item's wait before its transaction began.");
        _queue = meter.CreateUpDownCounter<int>("maskedverify.storage.queue.length", "{item}", "Items that wait for their transaction.");
        _queueLimit = meter.CreateUpDownCounter<int>("maskedverify.storage.queue.limit", "{item}", "Items that may wait; one more is refused.");
    }

    public void Queued(string database, int change) => _queue.Add(change, Tag(database));

    /// <summary>A queue was opened (its length) or closed (minus that).</summary>
    public void QueueLimit(string database, int change) => _queueLimit.Add(change, Tag(database));

    public void Batch(string database, int items, TimeSpan wait)
    {
        _batch.Record(items, Tag(database));
        _wait.Record(wait.TotalSeconds, Tag(database));
    }

    public void Committed(string database, int items, long rows, TimeSpan duration)
    {
        _commit.Record(duration.TotalSeconds, Tag(database));
        _rows.Add(rows, Tag(database));
        Ended(database, "durable", items);
    }

    /// <param name="result">durable (including items that lost a conflict), unavailable, or unknown.</param>
    public void Ended(string database, string result, int items) =>
        _commits.Add(items, Tag(database), new KeyValuePair<string, object?>("result", result));

    private static KeyValuePair<string, object?> Tag(string database) => new("database", database);
}
