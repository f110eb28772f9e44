using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>
/// What silos without a vault's certificate were asked, so that they answer nothing else: Orleans takes an answer from whoever names the question's number, and
/// numbers can be guessed. An answer may come by another connection than its question, so all connections share this.
/// </summary>
internal sealed class AskedPeers(TimeProvider time)
{
    /// <summary>Longer than any call waits (10 s), because what comes too late is no forgery.</summary>
    private static readonly TimeSpan s_remembered = TimeSpan.FromMinutes(2);

    private const int SweepEvery = 1024;

    private readonly ConcurrentDictionary<(long Id, GrainId Asker, SiloRoles Peer), Question> _asked = new();
    private int _count;

    /// <summary>Remembers a question.</summary>
    internal void Add(SiloRoles peer, MessageHead question)
    {
        _asked[(question.Id, question.Sender, peer)] = new(question.Target, time.GetTimestamp());
        if (Interlocked.Increment(ref _count) % SweepEvery == 0)
            Sweep();
    }

    /// <summary>Whether an answer is one to a question; there may be several to one.</summary>
    internal bool IsAnswer(SiloRoles peer, MessageHead answer) => _asked.TryGetValue((answer.Id, answer.Target, peer), out var question) && question.Of == answer.Sender;

    /// <summary>How many questions are remembered.</summary>
    internal int Count => _asked.Count;

    private void Sweep()
    {
        foreach (var (key, question) in _asked)
        {
            if (time.GetElapsedTime(question.At) > s_remembered)
                _asked.TryRemove(key, out _);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Question(GrainId Of, long At);
}
