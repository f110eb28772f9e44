namespace MaskedVerify.Grains.Plumbing;

/// <summary>Waiting in loops.</summary>
internal static class Patience
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Does something, again after a growing pause while it fails, until <paramref name="atMost"/> is over: then the failure is passed on.</summary>
    internal static async Task RetryAsync(
        Func<CancellationToken, Task> action, TimeSpan atMost, TimeProvider time, Action<string> failed, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await action(cancellationToken);
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && time.GetElapsedTime(began) + pause < atMost)
            {
                failed(error.GetType().Name);
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Waits for the next tick; false when it is time to stop.</summary>
    internal static async ValueTask<bool> NextTickAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Waits; false when it is time to stop.</summary>
    internal static async ValueTask<bool> PauseAsync(TimeSpan pause, TimeProvider time, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, time, stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
