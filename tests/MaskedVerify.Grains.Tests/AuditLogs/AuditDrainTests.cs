using MaskedVerify.Domain;
using MaskedVerify.Grains.AuditLogs;
using MaskedVerify.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Grains.Tests.AuditLogs;

public sealed class AuditDrainTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(StorageSamples.Noon);
    private readonly InMemoryHotStore _store = new();
    private readonly AuditSilo _silo;

    public AuditDrainTests() => _silo = new AuditSilo(_store, _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execute_WhenThereIsMoreThanABatch_MovesItAllInOrder()
    {
        for (var n = 0; n < (2 * AuditDrainRules.Batch) + 7; n++)
            await AddAsync(n);

        await _silo.Drain.StartAsync(Token);
        await AdvanceUntilAsync(() => _store.AuditLog.Count == _store.Audit.Count, "all events were moved");
        await _silo.Drain.StopAsync(Token);

        Assert.Equal(_store.Audit, _store.AuditLog.Select(logged => logged.Row));
    }

    [Fact]
    public async Task Execute_WhenTheStoreIsAway_CountsItAndGoesOnAfterwards()
    {
        using var failures = _silo.Collect<long>("maskedverify.audit.failures");
        using var moved = _silo.Collect<long>("maskedverify.audit.moved");
        await AddAsync(1);
        _store.IsUnavailable = true;
        await _silo.Drain.StartAsync(Token);
        await AdvanceUntilAsync(() => failures.GetMeasurementSnapshot().Count >= 3, "it failed some times");
        _store.IsUnavailable = false;
        await AdvanceUntilAsync(() => _store.AuditLog.Count == 1, "the event was moved");
        await _silo.Drain.StopAsync(Token);

        Assert.Equal("hot", failures.LastMeasurement!.Tags["database"]);
        Assert.Equal(1, moved.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
    }

    [Fact]
    public async Task Gauges_WhenEventsWait_TellHowManyAndHowLong()
    {
        using var waiting = _silo.Collect<long>("maskedverify.audit.waiting");
        using var age = _silo.Collect<double>("maskedverify.audit.oldest.age");
        await AddAsync(1);
        await _silo.Drain.DrainAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(5));

        // What was seen at the last look, and it grows older while nobody looks.
        waiting.RecordObservableInstruments();
        age.RecordObservableInstruments();
        Assert.Equal((1, 5.0), (waiting.LastMeasurement!.Value, age.LastMeasurement!.Value));

        await _silo.Drain.DrainAsync(Token);
        waiting.RecordObservableInstruments();
        age.RecordObservableInstruments();
        Assert.Equal((0, 0.0), (waiting.LastMeasurement!.Value, age.LastMeasurement!.Value));
    }

    public void Dispose() => _silo.Dispose();

    private async Task AddAsync(int n) =>
        await _store.CommitAsync(new HotCommit("t", $"pa-{n}", 0, [1], [StorageSamples.Audit($"event {n}")]));

    private Task AdvanceUntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
                return true;

            _time.Advance(TimeSpan.FromMilliseconds(500));
            return false;
        },
        what);
}
