namespace MaskedVerify.Carriers.Smpp;

/// <summary>Counts the calls inside, and lets a stop wait until the last one has left.</summary>
internal sealed class UnderWay
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _empty;
    private int _count;
    private bool _open;

    /// <summary>Lets calls in.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _open = true;
        }
    }

    /// <summary>Lets no further call in; completes when the last one has left.</summary>
    public Task Close()
    {
        lock (_gate)
        {
            _open = false;
            if (_count == 0)
            {
                return Task.CompletedTask;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_open)
            {
                _count++;
            }

            return _open;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_count == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }
}
