using System.Collections.Concurrent;
using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>What carriers saw, by number. Survives every silo.</summary>
internal sealed class MessageLog
{
    private readonly ConcurrentDictionary<string, List<SeenMessage>> _messages = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Messages in all.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Keeps a message.</summary>
    /// <param name="number">E.164 with its plus.</param>
    /// <param name="message">The message.</param>
    public void Add(string number, SeenMessage message)
    {
        var list = _messages.GetOrAdd(number, _ => []);
        lock (list)
            list.Add(message);
        Interlocked.Increment(ref _count);
    }

    /// <summary>The messages to a number, oldest first.</summary>
    public IReadOnlyList<SeenMessage> To(string number)
    {
        if (!_messages.TryGetValue(number, out var list))
            return [];
        lock (list)
            return [.. list];
    }
}
