using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Hosting;

/// <summary>
/// The wait between the start of a silo and its banner: whoever reads an address there may call it at once. The first look of a poller at its store may come
/// a moment after the start, and readiness waits for it.
/// </summary>
internal static class FirstReadiness
{
    /// <summary>Longest wait; after it the banner comes with what is missing.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Waits until a silo of every role is ready, it stops, or 10 s are over. A silo of some roles waits for nothing, for its readiness depends on others.
    /// </summary>
    /// <returns>What is missing, a sentence each; nothing when it is ready.</returns>
    public static async Task<IReadOnlyList<string>> WaitAsync(WebApplication app)
    {
        if (app.Services.GetRequiredService<FrontOptions>().Roles != SiloRoles.All)
            return [];

        var silo = app.Services.GetRequiredService<ISiloReadiness>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var began = time.GetTimestamp();
        var report = silo.Check();
        while (!report.IsReady && time.GetElapsedTime(began) < s_patience && !app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await Task.Delay(s_step, time);
            report = silo.Check();
        }

        return [.. report.Items.Where(i => i is { IsReady: false, IsRequired: true }).Select(i => i.Text)];
    }
}
