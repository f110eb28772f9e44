using System.Collections.Concurrent;
using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>The calls that wait for an answer at this moment.</summary>
internal sealed class CallsInFlight
{
    private readonly ConcurrentDictionary<CallInFlight, bool> _calls = new();

    /// <summary>As of now.</summary>
    public IReadOnlyList<CallInFlight> Now => [.. _calls.Keys];

    /// <summary>How many of them were sent to one front.</summary>
    public int To(string front) => _calls.Keys.Count(c => c.Front == front);

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
