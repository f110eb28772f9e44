using System.Diagnostics;

namespace MaskedVerify.Carriers.Tests;

/// <summary>Waits for what happens on other threads. The limit only ends a test that has failed.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < s_limit, $"Did not happen: {what}.");
            await Task.Delay(5);
        }
    }
}
