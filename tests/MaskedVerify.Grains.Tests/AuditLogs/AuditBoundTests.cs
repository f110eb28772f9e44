using MaskedVerify.Domain;
using MaskedVerify.Grains.AuditLogs;
using MaskedVerify.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Grains.Tests.AuditLogs;

/// <summary>Two silos on one database whose audit events do not leave their outbox.</summary>
public sealed class AuditBoundTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(StorageSamples.Noon);
    private readonly InMemoryHotStore _store = new() { KeepsAudit = true };
    private readonly AuditSilo _one;
    private readonly AuditSilo _other;

    public AuditBoundTests() => (_one, _other) = (new AuditSilo(_store, _time), new AuditSilo(_store, _time));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refuses_WhenNobodyHasLookedYet_DoesNot()
    {
        await AddAsync();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(_one.Bound.Refuses());
    }

    [Fact]
    public async Task Refuses_WhenTheOldestIsTooOld_DoesOnEverySiloUntilTheDrainHasMovedIt()
    {
        await AddAsync();
        _time.Advance(TimeSpan.FromMinutes(15));
        await LookAsync();
        Assert.False(_one.Bound.Refuses());

        _time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync();
        Assert.All([_one, _other], silo => Assert.True(silo.Bound.Refuses()));
        Assert.Equal(AuditBoundReason.Age, _one.Bound.Reason);

        // One of them moves it; the other only sees that it is gone.
        _store.KeepsAudit = false;
        await _one.Drain.DrainAsync(Token);
        await LookAsync();
        Assert.All([_one, _other], silo => Assert.False(silo.Bound.Refuses()));
        Assert.Equal(AuditBoundReason.None, _one.Bound.Reason);
    }

    [Fact]
    public async Task Refuses_WhenTheSiloCannotLookAnyMore_EndsByItself()
    {
        await AddAsync();
        _time.Advance(TimeSpan.FromHours(1));
        await LookAsync();
        _store.IsUnavailable = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(LookAsync);

        _time.Advance(AuditBoundRules.Fresh);
        Assert.True(_one.Bound.Refuses());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_one.Bound.Refuses());
    }

    [Fact]
    public async Task Metrics_WhileItRefuses_SayWhyAndCount()
    {
        using var refusing = _one.Collect<int>("maskedverify.audit.refusing");
        using var refused = _one.Collect<long>("maskedverify.audit.refused");
        await AddAsync();
        _time.Advance(TimeSpan.FromHours(1));
        await LookAsync();
        _one.Bound.Refuses();
        refusing.RecordObservableInstruments();

        Assert.Equal(
            [("hot", "age", 1), ("hot", "events", 0)],
            refusing.GetMeasurementSnapshot().Select(m => ((string?)m.Tags["database"], (string?)m.Tags["reason"], m.Value)).Order());
        Assert.Equal("age", Assert.Single(refused.GetMeasurementSnapshot()).Tags["reason"]);
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    private async Task AddAsync() => await _store.CommitAsync(new HotCommit("t", "pa-1", 0, [1], [StorageSamples.Audit("event")]));

    private async Task LookAsync()
    {
        await _one.Drain.DrainAsync(Token);
        await _other.Drain.DrainAsync(Token);
    }
}
