using System.Diagnostics.Metrics;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Clocks;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Grains.Tests.Clocks;

public sealed class ClockMonitorTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<GrainsMetrics>().BuildServiceProvider();
    private readonly FakeTimeProvider _machine = new();
    private readonly Database _database;
    private readonly Lifetime _lifetime = new();
    private readonly ClusterTime _time;
    private readonly ClockMonitor _monitor;

    public ClockMonitorTests()
    {
        _time = new ClusterTime(_machine);
        _database = new Database(_machine);
        _monitor = new ClockMonitor(_database, _time, _machine, _lifetime, _services.GetRequiredService<GrainsMetrics>(), NullLogger<ClockMonitor>.Instance);
    }

    public void Dispose()
    {
        _monitor.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Offset_IsMeasuredWithItsSign_FromTheFirstComparisonOn()
    {
        using var offset = new MetricCollector<double>(_services.GetRequiredService<IMeterFactory>(), GrainsMetrics.MeterName, "maskedverify.clock.offset");
        offset.RecordObservableInstruments();
        Assert.Empty(offset.GetMeasurementSnapshot());

        _database.Offset = TimeSpan.FromMilliseconds(-1300);
        await _monitor.StartingAsync(CancellationToken.None);
        offset.RecordObservableInstruments();
        Assert.Equal(1.3, offset.LastMeasurement!.Value, 3);

        // What stops the silo is measured too, though it is not followed.
        _database.Offset = TimeSpan.FromSeconds(5);
        await _monitor.LookAsync(CancellationToken.None);
        offset.RecordObservableInstruments();
        Assert.Equal(-5, offset.LastMeasurement!.Value, 3);
    }

    [Fact]
    public async Task Starting_WhenTheClockDiffersALittle_CorrectsIt()
    {
        _database.Offset = TimeSpan.FromMilliseconds(-700);

        await _monitor.StartingAsync(CancellationToken.None);

        Assert.Equal(ClockVerdict.Good, _monitor.Verdict);
        Assert.Equal(TimeSpan.FromMilliseconds(-700), _time.Offset);
        Assert.Contains("0.7 s off", _monitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_WhenTheMachinesClockJumps_TimeGoesOnAsBefore()
    {
        var machine = new JumpingClock();
        var time = new ClusterTime(machine);
        var database = new Database(_machine);
        using var monitor = new ClockMonitor(database, time, machine, _lifetime, _services.GetRequiredService<GrainsMetrics>(), NullLogger<ClockMonitor>.Instance);
        machine.Wall = _machine.GetUtcNow();
        await monitor.StartingAsync(CancellationToken.None);
        var before = time.GetUtcNow();

        machine.Wall += TimeSpan.FromMinutes(10);
        Assert.Equal(before, time.GetUtcNow());
        await monitor.LookAsync(CancellationToken.None);

        Assert.Equal(before, time.GetUtcNow());
        Assert.Equal(ClockVerdict.NotReady, monitor.Verdict);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    public async Task Starting_WhenTheClockIsOff_RefusesWithASentence(int seconds)
    {
        _database.Offset = TimeSpan.FromSeconds(seconds);

        var starting = _monitor.StartingAsync(CancellationToken.None);
        var error = await Assert.ThrowsAsync<ClockOffException>(() => AdvanceUntilAsync(starting));

        Assert.Contains($"{-seconds} s off the database's", error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, _time.Offset);
    }

    [Fact]
    public async Task Starting_WhenTheClockIsOffAndTheNextLooksGiveNothing_LooksAgain()
    {
        _database.Offset = TimeSpan.FromMinutes(10);
        _database.FailingLooks = [2, 3];

        var error = await Assert.ThrowsAsync<ClockOffException>(() => AdvanceUntilAsync(_monitor.StartingAsync(CancellationToken.None)));

        Assert.Contains("600 s off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starting_WhenTheDatabaseAnswersTooLate_WaitsForAUsableAnswer()
    {
        _database.IsAway = true;
        await AdvanceUntilAsync(_monitor.StartingAsync(CancellationToken.None));
        Assert.Equal(ClockVerdict.NotReady, _monitor.Verdict);
        _database.IsAway = false;
        _database.TakingLonger = 5;

        await AdvanceUntilAsync(_monitor.StartAsync(CancellationToken.None));

        Assert.Equal((ClockVerdict.Good, 0), (_monitor.Verdict, _database.TakingLonger));
        await _monitor.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Starting_WhenNoAnswerIsEverUsable_DoesNotJoin()
    {
        _database.TakingLonger = int.MaxValue;
        _database.Offset = TimeSpan.FromMinutes(10);
        await AdvanceUntilAsync(_monitor.StartingAsync(CancellationToken.None));

        var error = await Assert.ThrowsAsync<ClockOffException>(() => AdvanceUntilAsync(_monitor.StartAsync(CancellationToken.None)));

        Assert.Contains("for 30 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starting_WhenTheFirstUsableAnswersSayOff_DoesNotJoin()
    {
        _database.TakingLonger = 4;
        _database.Offset = TimeSpan.FromMinutes(10);
        await AdvanceUntilAsync(_monitor.StartingAsync(CancellationToken.None));

        var error = await Assert.ThrowsAsync<ClockOffException>(() => AdvanceUntilAsync(_monitor.StartAsync(CancellationToken.None)));

        Assert.Contains("600 s off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Running_WhenTheClockGoesOff_StopsTheProcessWithAReason()
    {
        await _monitor.StartingAsync(CancellationToken.None);
        await _monitor.StartAsync(CancellationToken.None);
        _database.Offset = TimeSpan.FromMinutes(10);

        await AdvanceUntilAsync(_lifetime.Stopped.Task);

        Assert.IsType<ClockOffException>(_monitor.Reason);
        Assert.Equal(TimeSpan.Zero, _time.Offset);
        await _monitor.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Running_WhenNothingCanBeMeasuredForLong_StopsTheProcess()
    {
        await _monitor.StartingAsync(CancellationToken.None);
        await _monitor.StartAsync(CancellationToken.None);
        _database.IsAway = true;

        await AdvanceUntilAsync(_lifetime.Stopped.Task, step: TimeSpan.FromSeconds(5));

        Assert.Contains("could not be compared", _monitor.Reason!.Message, StringComparison.Ordinal);
        await _monitor.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Starting_WhenTheEngineHasNoClock_IsGoodForEver()
    {
        _database.HasClock = false;
        await _monitor.StartingAsync(CancellationToken.None);

        _machine.Advance(TimeSpan.FromHours(1));

        Assert.Equal(ClockVerdict.Good, _monitor.Verdict);
    }

    private async Task AdvanceUntilAsync(Task task, TimeSpan? step = null)
    {
        await Eventually.TrueAsync(
            () =>
            {
                if (!task.IsCompleted)
                    _machine.Advance(step ?? TimeSpan.FromMilliseconds(500));
                return task.IsCompleted;
            },
            "the monitor came to its end");
        await task;
    }

    private sealed class Database(TimeProvider machine) : IDatabaseClock
    {
        public TimeSpan Offset { get; set; }

        public bool IsAway { get; set; }

        public bool HasClock { get; set; } = true;

        public int[] FailingLooks { get; set; } = [];

        private int _looks;

        /// <summary>So many answers more take 1.2 s, which is too long to be of use.</summary>
        public int TakingLonger { get; set; }

        public async ValueTask<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (IsAway || FailingLooks.Contains(++_looks))
                throw new StorageUnavailableException("away");
            if (TakingLonger > 0)
            {
                TakingLonger--;
                await Task.Delay(TimeSpan.FromSeconds(1.2), machine, cancellationToken);
            }

            return HasClock ? machine.GetUtcNow() + Offset : null;
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Stopped.TrySetResult();
    }

    /// <summary>A clock that can be set while no time goes by.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        public DateTimeOffset Wall { get; set; }

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => 0;
    }
}
