using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MaskedVerify.Front.Operations;

/// <summary>What readiness looks at. Liveness looks at nothing: it only answers.</summary>
internal static class ReadinessChecks
{
    /// <summary>A copy of the tenants that is older than this is not ready (<see cref="ITenantCatalog.FreshAt"/>).</summary>
    public static readonly TimeSpan MaxCatalogAge = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Registers the checks.</summary>
    public static void Add(IHealthChecksBuilder checks)
    {
        checks.AddCheck<TenantsCheck>("tenants", timeout: s_patience);
        checks.AddCheck<HotStoreCheck>("hot-store", timeout: s_patience);
        checks.AddCheck<KeysStoreCheck>("keys-store", timeout: s_patience);
        checks.AddCheck<KeysCheck>("keys", timeout: s_patience);
        checks.AddCheck<CarriersCheck>("carriers", timeout: s_patience);
    }

    private sealed class TenantsCheck(ITenantCatalog catalog, ServerInfo info, TimeProvider time) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var age = time.GetUtcNow() - catalog.FreshAt;
            return Task.FromResult(
                !info.IsPrepared ? HealthCheckResult.Unhealthy("still starting")
                : age > MaxCatalogAge ? HealthCheckResult.Unhealthy($"the copy of the tenants is {age.TotalSeconds:F0} s old")
                : HealthCheckResult.Healthy($"{catalog.All.Count} tenants, {age.TotalSeconds:F1} s old"));
        }
    }

    private sealed class HotStoreCheck(IHotStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await store.ReadAsync(StateNames.PhoneAlias, "pa-readiness", cancellationToken);
            return HealthCheckResult.Healthy("reads");
        }
    }

    private sealed class KeysStoreCheck(IKeysStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await store.FindAliasAsync(new byte[32], cancellationToken);
            return HealthCheckResult.Healthy("reads");
        }
    }

    private sealed class KeysCheck(IKeyManagementService keys) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var wrapped = await keys.WrapAsync(new byte[32], "readiness"u8.ToArray(), cancellationToken);
            await keys.UnwrapAsync(wrapped, "readiness"u8.ToArray(), cancellationToken);
            return HealthCheckResult.Healthy($"{keys.Name}, {(keys.AllowsLiveTenants ? "live tenants allowed" : "test tenants only")}");
        }
    }

    // A carrier that is down must not take checks and reads down with it: degraded, still ready.
    private sealed class CarriersCheck(ICarrierClients carriers) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var text = string.Join("; ", carriers.All.Select(c => c is ICarrierSession session ? $"{c.Id}: {session.StatusText}" : $"{c.Id}: {(c.IsReady ? "ready" : "not ready")}"));
            return Task.FromResult(carriers.All.All(c => c.IsReady) ? HealthCheckResult.Healthy(text) : HealthCheckResult.Degraded(text));
        }
    }
}
