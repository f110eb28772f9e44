namespace MaskedVerify.Grains.Sending;

/// <summary>Why a turn may hand over a ticket.</summary>
public enum SendTurn
{
    /// <summary>A caller asked for a message. Refused as soon as the silo begins to leave: another silo serves the caller at once.</summary>
    Command,

    /// <summary>A result or a due step may claim another route. Refused only when nothing is under way any more: it may be the result of a ticket that still is.</summary>
    Step,
}

/// <summary>
/// Who is inside the pump: turns between their first look and their hand-over, and tickets until their result is told. A pump that leaves closes at the moment when
/// nobody is inside, so that no attempt is claimed for a queue that has just closed.
/// </summary>
internal sealed class PumpDoor
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;
    private bool _isLeaving;
    private bool _isClosed;

    /// <summary>Whether nothing is taken any more.</summary>
    internal bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Lets a turn in, which must <see cref="Leave"/>; false when the pump leaves.</summary>
    internal bool TryEnter(SendTurn turn)
    {
        lock (_gate)
        {
            if (_isClosed || (_isLeaving && turn == SendTurn.Command))
                return false;

            _inside++;
            return true;
        }
    }

    /// <summary>Ends what was let in.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _inside--;
            CloseWhenEmpty();
        }
    }

    /// <summary>Refuses commands from now on and ends when nobody is inside; when cancelled, at once.</summary>
    internal async Task CloseAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isLeaving = true;
            CloseWhenEmpty();
        }

        using (cancellationToken.UnsafeRegister(static door => ((PumpDoor)door!).Close(), this))
            await _closed.Task;
    }

    private void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _closed.TrySetResult();
        }
    }

    private void CloseWhenEmpty()
    {
        if (_isLeaving && _inside <= 0)
            Close();
    }
}
