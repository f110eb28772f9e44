namespace MaskedVerify.Grains.Plumbing;

/// <summary>What a loop does again and again though it may fail for a time: its first failure is said, and no other until it has gone well again.</summary>
/// <param name="failed">Called with the type of the first failure.</param>
/// <param name="recovered">Called when it goes well again.</param>
internal sealed class RepeatedWork(Action<string> failed, Action? recovered = null)
{
    private bool _isFailing;

    /// <summary>Does it once. A cancelled end is no failure: the loop's next wait ends it.</summary>
    internal async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        try
        {
            await work(stopping);
            if (_isFailing)
                recovered?.Invoke();

            _isFailing = false;
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            if (!_isFailing)
                failed(error.GetType().Name);

            _isFailing = true;
        }
        catch (OperationCanceledException)
        {
            // Its work was cut short by the stop.
        }
    }
}
