using System.Diagnostics;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.Driving;

/// <summary>One caller: starts a verification, reads its code, checks it; over and over on its own connection.</summary>
internal sealed class LoadWorker(ILoadConnection connection, Destinations destinations, LoadShape shape, LoadClock clock, int seed)
{
    private readonly record struct Open(Started Started, string Code, long StartTicks, long StartedAt);

    private static readonly TimeSpan s_afterError = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(100);

    private readonly Random _random = new(seed);
    private readonly Queue<Open> _open = new();
    private readonly long _pause = (long)(shape.Pause.TotalSeconds * Stopwatch.Frequency);
    private readonly long _every = shape.Rate == 0 ? 0 : (long)((double)Stopwatch.Frequency * shape.Connections / shape.Rate);
    private readonly int _held = (shape.Live + shape.Connections - 1) / shape.Connections;

    /// <summary>What it saw.</summary>
    public WorkerStats Stats { get; } = new();

    /// <summary>Verifications that it holds open now.</summary>
    public int Live => _open.Count;

    /// <summary>Works until the clock stops.</summary>
    public async Task RunAsync()
    {
        var slot = Stopwatch.GetTimestamp() + (long)(_every * _random.NextDouble());
        for (; !clock.IsOver; slot += _every)
        {
            var began = await SlotAsync(slot);
            if (clock.IsOver)
                return;
            await StartAsync(began);
            while (_open.Count > _held && !clock.IsOver && await DueAsync())
                await CheckAsync(_open.Dequeue());
        }
    }

    // With a number of live verifications to hold, a caller waits for the oldest one; without, it goes on starting until the oldest one's pause is over.
    private async ValueTask<bool> DueAsync()
    {
        var due = _open.Peek().StartedAt + _pause;
        while (Stopwatch.GetTimestamp() < due)
        {
            if (shape.Live == 0 || clock.IsOver)
                return false;
            await PauseUntilAsync(due);
        }

        return true;
    }

    // When a start counts from: now, or when it was due if its caller was busy then.
    private async ValueTask<long> SlotAsync(long slot)
    {
        if (_every == 0)
            return Stopwatch.GetTimestamp();

        if (Stopwatch.GetTimestamp() > slot)
            return slot;

        while (Stopwatch.GetTimestamp() < slot && !clock.IsOver)
            await PauseUntilAsync(slot);
        return Stopwatch.GetTimestamp();
    }

    private static Task PauseUntilAsync(long ticks)
    {
        var left = TimeSpan.FromSeconds((double)(ticks - Stopwatch.GetTimestamp()) / Stopwatch.Frequency);
        return Task.Delay(left <= TimeSpan.Zero ? TimeSpan.Zero : left < s_slice ? left : s_slice);
    }

    private async ValueTask StartAsync(long begin)
    {
        try
        {
            var started = await connection.StartAsync(destinations.Next(_random));
            var answered = Stopwatch.GetTimestamp();
            var code = await connection.ReadCodeAsync(started);
            var read = Stopwatch.GetTimestamp();
            if (clock.IsMeasuring)
            {
                Stats.Start.Add(answered - begin);
                Stats.Inbox.Add(read - answered);
            }

            _open.Enqueue(new Open(started, code, answered - begin, answered));
        }
        catch (Exception error)
        {
            await FailAsync("start", error);
        }
    }

    private async ValueTask CheckAsync(Open open)
    {
        try
        {
            var begin = Stopwatch.GetTimestamp();
            await connection.CheckAsync(open.Started, open.Code);
            var ticks = Stopwatch.GetTimestamp() - begin;
            Stats.CountPair();
            if (clock.IsMeasuring)
            {
                Stats.Check.Add(ticks);
                Stats.Pair.Add(ticks + open.StartTicks);
            }
        }
        catch (Exception error)
        {
            await FailAsync("check", error);
        }
    }

    private async ValueTask FailAsync(string step, Exception error)
    {
        if (clock.IsOver)
            return; // the connection was closed under a call that did not end in time
        if (error is LoadException known)
            Stats.CountError(known.Kind, known.Detail);
        else
            Stats.CountError($"{step} {error.GetType().Name}", error.Message);
        await Task.Delay(s_afterError);
    }
}
