using MaskedVerify.Domain;
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

    private sealed class StartCheck(ServerInfo info, DrainState drain, StorageDoubts doubts) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(drain.IsDraining ? HealthCheckResult.Unhealthy("The server is stopping.") : info.IsPrepared ? HealthCheckResult.Healthy(Complete(doubts)) : HealthCheckResult.Unhealthy("Still starting."));
    }

    /// <summary>What works, and what an operator should know of it all the same.</summary>
    internal static string Complete(StorageDoubts doubts) => doubts.All.Count == 0
        ? "The start is complete."
        : $"The start is complete. Of the storage: {string.Join("; ", doubts.All)}.";

    private sealed class HotStoreCheck(IHotStore store) : IHealthCheck
    {
        // State name and key of a row that there never is.
        private const string Nothing = "readiness";

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await store.ReadAsync(Nothing, Nothing, cancellationToken);
            return HealthCheckResult.Healthy("The hot store reads.");
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
