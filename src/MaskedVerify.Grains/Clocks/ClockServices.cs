using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Clocks;

/// <summary>The clock of a host.</summary>
public static class ClockServices
{
    /// <summary>
    /// Makes <see cref="ClusterTime"/> the host's <see cref="TimeProvider"/> and watches it against an <see cref="IDatabaseClock"/>; without one, or with one that says it has no
    /// clock, the machine's clock holds. Call it before what uses time.
    /// </summary>
    public static IServiceCollection AddMaskedVerifyClock(this IServiceCollection services)
    {
        services.AddSingleton<ClusterTime>();
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(s => s.GetRequiredService<ClusterTime>()));
        services.AddMetrics().TryAddSingleton<GrainsMetrics>();
        services.AddSingleton(s => new ClockMonitor(
            s.GetService<IDatabaseClock>() ?? new NoDatabaseClock(),
            s.GetRequiredService<ClusterTime>(),
            TimeProvider.System,
            s.GetRequiredService<IHostApplicationLifetime>(),
            s.GetRequiredService<GrainsMetrics>(),
            s.GetRequiredService<ILogger<ClockMonitor>>()));
        services.AddSingleton<IStopReason>(s => s.GetRequiredService<ClockMonitor>());
        return services.AddHostedService(s => s.GetRequiredService<ClockMonitor>());
    }

    private sealed class NoDatabaseClock : IDatabaseClock
    {
        public ValueTask<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<DateTimeOffset?>(null);
    }
}
