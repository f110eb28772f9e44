using System.Diagnostics;

namespace MaskedVerify.Testing;

/// <summary>Waits in real time for what other threads do, with a generous end and a sentence.</summary>
public static class Eventually
{
    /// <summary>Longest wait: only a broken product waits this long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until a condition holds.</summary>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <summary>Waits until a condition holds.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"It did not come true within {Patience.TotalSeconds} s that {what}.");

            await Task.Delay(PauseAfter(watch.Elapsed));
        }
    }

    // A question may be a request, and takes the processor from what it asks for: who has waited for a while asks less often, and learns it a tenth later at most.
    private static TimeSpan PauseAfter(TimeSpan waited)
    {
        var pause = waited / 10;
        return pause < s_shortestPause ? s_shortestPause : pause > s_longestPause ? s_longestPause : pause;
    }
}
