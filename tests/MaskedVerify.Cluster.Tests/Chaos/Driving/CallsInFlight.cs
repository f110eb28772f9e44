using System.Collections.Concurrent;
using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>The calls that wait for an answer at this moment.</summary>
internal sealed class CallsInFlight
{
    private readonly ConcurrentDictionary<CallInFlight, bool> _calls = new();
    private int _ended;
    private readonly ConcurrentDictionary<string, (DateTimeOffset From, int Served)> _watched = new(StringComparer.Ordinal);

    /// <summary>As of now.</summary>
    public IReadOnlyList<CallInFlight> Now => [.. _calls.Keys];

    /// <summary>How many of them were sent to one front.</summary>
    public int To(string front) => _calls.Keys.Count(c => c.Front == front);

    /// <summary>From now on counts what a front answers with success.</summary>
    public void Watch(string front, DateTimeOffset from) => _watched[front] = (from, 0);

    /// <summary>How many calls that were sent to a front since it is watched were answered with success.</summary>
    public int Served(string front) => _watched.TryGetValue(front, out var seen) ? seen.Served : 0;

    /// <summary>How many calls have ended so far.</summary>
    public int Ended => Volatile.Read(ref _ended);

    public CallInFlight Begin(string front, DateTimeOffset at)
    {
        var call = new CallInFlight(front, at);
        _calls[call] = true;
        return call;
    }

    public void End(CallInFlight call, OpEnd end, DateTimeOffset at)
    {
        call.Finish(end, at);
        _calls.TryRemove(call, out _);
        Interlocked.Increment(ref _ended);
        while (end == OpEnd.Ok && _watched.TryGetValue(call.Front, out var seen) && call.Invoked >= seen.From && !_watched.TryUpdate(call.Front, seen with { Served = seen.Served + 1 }, seen))
        {
            // Somebody else counted at the same time.
        }
    }
}

/// <summary>One call. Equal to itself only.</summary>
/// <param name="front">The public address that it was sent to.</param>
/// <param name="invoked">Before it was sent.</param>
internal sealed class CallInFlight(string front, DateTimeOffset invoked)
{
    private readonly TaskCompletionSource<(OpEnd End, DateTimeOffset At)> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Front => front;

    public DateTimeOffset Invoked => invoked;

    /// <summary>How and when it ended.</summary>
    public Task<(OpEnd End, DateTimeOffset At)> Over => _over.Task;

    public void Finish(OpEnd end, DateTimeOffset at) => _over.TrySetResult((end, at));
}
