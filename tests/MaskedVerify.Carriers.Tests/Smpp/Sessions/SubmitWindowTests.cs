using MaskedVerify.Carriers.Smpp;
using MaskedVerify.Carriers.Smpp.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Carriers.Tests.Smpp.Sessions;

public sealed class SubmitWindowTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Acquire_WhenFull_WaitsInOrder()
    {
        using var window = new SubmitWindow(1, _time);
        var first = await window.AcquireAsync(s_patience, default);
        var second = window.AcquireAsync(s_patience, default).AsTask();
        var third = window.AcquireAsync(s_patience, default).AsTask();
        Assert.False(second.IsCompleted);
        window.Release(first.Epoch, CarrierError.None);
        Assert.Equal(SlotOutcome.Granted, (await second).Outcome);
        Assert.False(third.IsCompleted);
        Assert.Equal(1, window.Used);
    }

    [Fact]
    public async Task Acquire_WhenPatienceEnds_IsFullAndTakesNothing()
    {
        using var window = new SubmitWindow(1, _time);
        await window.AcquireAsync(s_patience, default);
        var second = window.AcquireAsync(s_patience, default).AsTask();
        _time.Advance(s_patience);
        Assert.Equal(SlotOutcome.Full, (await second).Outcome);
        window.Release(0, null);
        Assert.Equal(SlotOutcome.Granted, (await window.AcquireAsync(s_patience, default)).Outcome);
    }

    [Fact]
    public async Task Acquire_WhenCancelled_TakesNothing()
    {
        using var window = new SubmitWindow(1, _time);
        await window.AcquireAsync(s_patience, default);
        using var cancellation = new CancellationTokenSource();
        var second = window.AcquireAsync(s_patience, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.Equal(SlotOutcome.Full, (await second).Outcome);
        Assert.Equal(1, window.Used);
    }

    [Fact]
    public async Task Release_WhenThrottled_PausesAndThenLetsFewerThrough()
    {
        using var window = new SubmitWindow(4, _time);
        var slots = new List<SlotResult>();
        for (var i = 0; i < 4; i++)
        {
            slots.Add(await window.AcquireAsync(s_patience, default));
        }

        Assert.Equal(ThrottleRules.FirstPause, window.Release(slots[0].Epoch, CarrierError.Throttled));
        Assert.Null(window.Release(slots[1].Epoch, CarrierError.Throttled));
        window.Release(slots[2].Epoch, CarrierError.None);
        window.Release(slots[3].Epoch, CarrierError.None);

        var waiting = Enumerable.Range(0, 3).Select(_ => window.AcquireAsync(s_patience, default).AsTask()).ToList();
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));
        _time.Advance(ThrottleRules.FirstPause);
        await Task.WhenAll(waiting[0], waiting[1]);
        Assert.False(waiting[2].IsCompleted);
        Assert.Equal(2, window.Used);
    }

    [Fact]
    public async Task Acquire_WhenTheTimerFiresALittleEarly_IsStillGranted()
    {
        using var window = new SubmitWindow(4, new HastyTimeProvider(_time));
        var slot = await window.AcquireAsync(s_patience, default);
        window.Release(slot.Epoch, CarrierError.Throttled);
        var waiting = window.AcquireAsync(s_patience, default).AsTask();
        _time.Advance(ThrottleRules.FirstPause - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(SlotOutcome.Granted, (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).Outcome);
    }

    [Fact]
    public async Task Acquire_WhenThePauseIsLongerThanThePatience_SaysSoAtOnce()
    {
        using var window = new SubmitWindow(4, _time);
        var slot = await window.AcquireAsync(s_patience, default);
        window.Release(slot.Epoch, CarrierError.Throttled);
        Assert.Equal(SlotOutcome.Paused, (await window.AcquireAsync(TimeSpan.FromMilliseconds(100), default)).Outcome);
        Assert.Equal(ThrottleRules.FirstPause, window.Pause);
    }

    [Fact]
    public async Task Close_WhenSomeWait_TellsThem()
    {
        using var window = new SubmitWindow(1, _time);
        await window.AcquireAsync(s_patience, default);
        var second = window.AcquireAsync(s_patience, default).AsTask();
        window.Close();
        Assert.Equal(SlotOutcome.Closed, (await second).Outcome);
        Assert.Equal(SlotOutcome.Closed, (await window.AcquireAsync(s_patience, default)).Outcome);
    }

    [Fact]
    public async Task Window_WhenManyThreads_NeverExceedsItself()
    {
        using var window = new SubmitWindow(7, TimeProvider.System);
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                var slot = await window.AcquireAsync(TimeSpan.FromSeconds(30), default);
                Assert.Equal(SlotOutcome.Granted, slot.Outcome);
                InterlockedMax(ref most, Interlocked.Increment(ref inside));
                if (i % 7 == 0)
                {
                    await Task.Yield();
                }

                Interlocked.Decrement(ref inside);
                window.Release(slot.Epoch, CarrierError.None);
            }
        })));
        Assert.InRange(most, 1, 7);
        Assert.Equal(0, window.Used);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    // Timers of the system count in whole milliseconds and may fire before the clock has come so far.
    private sealed class HastyTimeProvider(TimeProvider inner) : TimeProvider
    {
        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new HastyTimer(inner.CreateTimer(callback, state, dueTime, period));
    }

    private sealed class HastyTimer(ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            inner.Change(dueTime > TimeSpan.FromMilliseconds(10) ? dueTime - TimeSpan.FromMilliseconds(2) : dueTime, period);

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
