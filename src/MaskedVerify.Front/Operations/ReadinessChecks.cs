using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Grains;
using MaskedVerify.Privacy;
using MaskedVerify.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MaskedVerify.Front.Operations;

/// <summary>
/// What readiness looks at besides the silo's own report (<see cref="ISiloReadiness"/>, memory only): whether the start is complete, and one read of each
/// store. Liveness looks at nothing: it only answers.
/// </summary>
internal static class ReadinessChecks
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Registers the checks.</summary>
    public static void Add(IHealthChecksBuilder checks, FrontOptions options)
    {
        checks.AddCheck<StartCheck>("start", timeout: s_patience);
        if (!options.Has(SiloRoles.Vault))
            return;
        checks.AddCheck<HotStoreCheck>("hot-store-read", timeout: s_patience);
        checks.AddCheck<KeysStoreCheck>("keys-store-read", timeout: s_patience);
    }

    private sealed class StartCheck(ServerInfo info, DrainState drain) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(drain.IsDraining ? HealthCheckResult.Unhealthy("The server is stopping.") : info.IsPrepared ? HealthCheckResult.Healthy("The start is complete.") : HealthCheckResult.Unhealthy("Still starting."));
    }

    private sealed class HotStoreCheck(IHotStoreHealth health) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            // One of several that is away takes only its own aliases with it; a silo that left the balancer would take all.
            var away = await health.FindAbsentAsync(cancellationToken);
            return away.Count == 0
                ? HealthCheckResult.Healthy("The hot store reads.")
                : HealthCheckResult.Degraded($"Hot databases do not read: {string.Join(", ", away)}. Their aliases are unavailable; the others are checked and read, and nothing is sent.");
        }
    }

    private sealed class KeysStoreCheck(IKeysStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await store.FindAliasAsync(new byte[32], cancellationToken);
            return HealthCheckResult.Healthy("The keys store reads.");
        }
    }
}
