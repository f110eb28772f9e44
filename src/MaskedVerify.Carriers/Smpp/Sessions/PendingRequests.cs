using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Smpp.Sessions;

/// <summary>The requests of one session that have no answer yet, by sequence number.</summary>
internal sealed class PendingRequests(TimeProvider time)
{
    /// <summary>Highest sequence number (SMPP 3.4 §5.1.4); the next one is 1.</summary>
    private const uint MaxSequence = 0x7FFF_FFFF;

    /// <summary>Submits that nobody waits for whose answer is still of use; beyond it the oldest is forgotten. Less than 2 MB.</summary>
    public const int MaxAbandoned = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<PendingRequest> _abandoned = new();
    private readonly Dictionary<uint, PendingRequest> _bySequence = [];
    private uint _last;
    private bool _closed;

    /// <summary>Registers a request under the next free number; null when the session is over.</summary>
    public PendingRequest? Add(CommandId command, int epoch = 0, SubmittedMessage? message = null)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            do
            {
                _last = _last == MaxSequence ? 1 : _last + 1;
            }
            while (_bySequence.ContainsKey(_last));

            var pending = new PendingRequest(_last, command) { Epoch = epoch, Message = message, MadeAt = time.GetUtcNow() };
            _bySequence.Add(_last, pending);
            return pending;
        }
    }

    /// <summary>Takes the request that an answer belongs to. <paramref name="command"/> is null for generic_nack, which may answer anything.</summary>
    public PendingRequest? Take(uint sequence, CommandId? command)
    {
        lock (_gate)
        {
            return _bySequence.TryGetValue(sequence, out var pending) && (command is null || pending.Command == command) && _bySequence.Remove(sequence)
                ? pending
                : null;
        }
    }

    /// <summary>Nobody waits any more; it stays until its late answer or <see cref="Remove"/>. False when its answer was taken already.</summary>
    public bool Abandon(PendingRequest pending, long now)
    {
        lock (_gate)
        {
            if (!_bySequence.ContainsKey(pending.Sequence))
            {
                return false;
            }

            pending.AbandonedAt = now;
            _abandoned.Enqueue(pending);
            if (_abandoned.Count > MaxAbandoned)
            {
                // Its slot was free long ago: of a window's 1,000 each is held for seconds only.
                Forget(_abandoned.Dequeue());
            }

            return true;
        }
    }

    /// <summary>Forgets a request that was withdrawn or has got no answer.</summary>
    public bool Remove(PendingRequest pending)
    {
        lock (_gate)
        {
            return Forget(pending);
        }
    }

    /// <summary>Takes everything; nothing is registered any more.</summary>
    public IReadOnlyList<PendingRequest> Close()
    {
        lock (_gate)
        {
            _closed = true;
            var all = _bySequence.Values.ToList();
            _bySequence.Clear();
            _abandoned.Clear();
            return all;
        }
    }

    // By the request itself: its number may have been given again.
    private bool Forget(PendingRequest pending) =>
        _bySequence.TryGetValue(pending.Sequence, out var known) && ReferenceEquals(known, pending) && _bySequence.Remove(pending.Sequence);
}
