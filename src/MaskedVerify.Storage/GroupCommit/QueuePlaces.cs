using System.Diagnostics.CodeAnalysis;

namespace MaskedVerify.Storage;

/// <summary>The places of a bounded queue. Who finds none waits for a while.</summary>
/// <param name="capacity">How many there are.</param>
/// <param name="patience">How long somebody waits for one.</param>
/// <param name="time">Its clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds no handle, and a late caller must find the queue closed, not disposed.")]
internal sealed class QueuePlaces(int capacity, TimeSpan patience, TimeProvider time)
{
    private readonly SemaphoreSlim _places = new(capacity, capacity);

    /// <summary>How many there are.</summary>
    public int Capacity => capacity;

    /// <summary>Takes a place. False: none became free in time.</summary>
    /// <exception cref="OperationCanceledException">The caller does not want it any more.</exception>
    public async ValueTask<bool> TakeAsync(CancellationToken cancellationToken = default)
    {
        if (_places.Wait(0, CancellationToken.None))
        {
            return true;
        }

        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _places.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Gives places back.</summary>
    public void Release(int count)
    {
        if (count > 0)
        {
            _places.Release(count);
        }
    }
}
