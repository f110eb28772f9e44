namespace MaskedVerify.Carriers.Smpp.Sessions;

/// <summary>
/// Lets at most the allowed number of submits be without an answer, first come first served, and none while a throttle's pause lasts.
/// </summary>
internal sealed class SubmitWindow : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource<SlotResult>> _waiters = [];
    private readonly TimeProvider _time;
    private readonly ITimer _resume;
    private ThrottleState _state;
    private int _used;
    private long? _pausedAt;
    private TimeSpan _pause;
    private bool _closed;

    public SubmitWindow(int window, TimeProvider time)
    {
        (_time, _state) = (time, ThrottleRules.Initial(window));
        _resume = time.CreateTimer(static state => ((SubmitWindow)state!).GrantWaiters(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Slots taken.</summary>
    public int Used
    {
        get
        {
            lock (_gate)
            {
                return _used;
            }
        }
    }

    /// <summary>What is left of the pause that the centre asked for, or zero.</summary>
    public TimeSpan Pause
    {
        get
        {
            lock (_gate)
            {
                return PauseLeft();
            }
        }
    }

    /// <summary>Waits for a slot. Every granted slot must come back through <see cref="Release"/>.</summary>
    public async ValueTask<SlotResult> AcquireAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<SlotResult>> waiter;
        lock (_gate)
        {
            if (_closed)
            {
                return SlotResult.Closed;
            }

            if (_waiters.Count == 0 && MayGrant())
            {
                return Grant();
            }

            if (PauseLeft() > patience)
            {
                return SlotResult.Paused;
            }

            waiter = _waiters.AddLast(new TaskCompletionSource<SlotResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            return await waiter.Value.Task.WaitAsync(patience, _time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return GiveUp(waiter);
        }
    }

    /// <summary>Gives a slot back.</summary>
    /// <param name="epoch">Of the grant.</param>
    /// <param name="answer">What the centre made of the submit; null when that is not known.</param>
    /// <returns>The pause that begins now, when the centre throttled and none had begun yet.</returns>
    public TimeSpan? Release(int epoch, CarrierError? answer)
    {
        lock (_gate)
        {
            _used--;
            var before = _state;
            _state = answer switch
            {
                CarrierError.Throttled => ThrottleRules.Throttled(before, epoch),
                CarrierError.None => ThrottleRules.Accepted(before, epoch),
                _ => before,
            };
            if (_state.Epoch != before.Epoch)
            {
                (_pausedAt, _pause) = (_time.GetTimestamp(), before.NextPause);
                _resume.Change(_pause, Timeout.InfiniteTimeSpan);
            }

            GrantWaiters();
            return _state.Epoch != before.Epoch ? _pause : null;
        }
    }

    /// <summary>No slot is granted any more; who waits is told.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var waiter in _waiters)
            {
                waiter.TrySetResult(SlotResult.Closed);
            }

            _waiters.Clear();
        }
    }

    public void Dispose()
    {
        Close();
        _resume.Dispose();
    }

    private void GrantWaiters()
    {
        lock (_gate)
        {
            while (_waiters.First is { } first && MayGrant())
            {
                _waiters.RemoveFirst();
                first.Value.TrySetResult(Grant());
            }

            // A timer counts in milliseconds and may fire a little before the finer clock says that the pause is over.
            if (_waiters.Count > 0 && PauseLeft() is { Ticks: > 0 } left)
            {
                _resume.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private SlotResult GiveUp(LinkedListNode<TaskCompletionSource<SlotResult>> waiter)
    {
        lock (_gate)
        {
            // A grant may have crossed: then it is used, as the submit itself looks at its deadline again.
            if (waiter.List is null)
            {
                return waiter.Value.Task.IsCompletedSuccessfully ? waiter.Value.Task.Result : SlotResult.Closed;
            }

            _waiters.Remove(waiter);
            return PauseLeft() > TimeSpan.Zero ? SlotResult.Paused : SlotResult.Full;
        }
    }

    private bool MayGrant() => _used < _state.Limit && PauseLeft() == TimeSpan.Zero;

    private SlotResult Grant()
    {
        _used++;
        return new SlotResult(SlotOutcome.Granted, _state.Epoch);
    }

    private TimeSpan PauseLeft()
    {
        if (_pausedAt is not { } since)
        {
            return TimeSpan.Zero;
        }

        var left = _pause - _time.GetElapsedTime(since);
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        _pausedAt = null;
        return TimeSpan.Zero;
    }
}

/// <summary>How waiting for a slot ended.</summary>
internal enum SlotOutcome
{
    Closed = 0,
    Granted = 1,
    Full = 2,
    Paused = 3,
}

/// <param name="Outcome">How.</param>
/// <param name="Epoch">For <see cref="SubmitWindow.Release"/>.</param>
internal readonly record struct SlotResult(SlotOutcome Outcome, int Epoch)
{
    public static readonly SlotResult Closed = new(SlotOutcome.Closed, 0);
    public static readonly SlotResult Full = new(SlotOutcome.Full, 0);
    public static readonly SlotResult Paused = new(SlotOutcome.Paused, 0);
}
