using System.Security.Claims;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Json;
using MaskedVerify.Front.Security;
using MaskedVerify.Grains;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MaskedVerify.Front.Operations;

/// <summary><c>/health/live</c> and <c>/health/ready</c> on both ports; checks are shown on the internal one, to operators.</summary>
internal sealed partial class HealthEndpoints(
    HealthCheckService health, ISiloReadiness silo, IAuthorizationService authorization, TimeProvider time, ILogger<HealthEndpoints> logger) : IDisposable
{
    /// <summary>Probes within this time share one look, so that nobody can make the databases busy through them.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private static readonly HealthResource s_alive = new(HealthState.Healthy);
    private readonly SemaphoreSlim _one = new(1);
    private IReadOnlyList<HealthCheckResource>? _last;
    private long _lookedAt;

    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var self = routes.ServiceProvider.GetRequiredService<HealthEndpoints>();
        routes.MapGet("/health/live", static context => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, s_alive, FrontJson.Default.HealthResource));
        routes.MapGet("/health/ready", self.ReadyAsync);
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task ReadyAsync(HttpContext context)
    {
        var checks = await LookAsync(context.RequestAborted);
        var state = checks.Max(c => c.Status);
        var status = state == HealthState.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await JsonAnswer.WriteAsync(context, status, new HealthResource(state, await MayShowAsync(context) ? checks : null), FrontJson.Default.HealthResource);
    }

    private async Task<IReadOnlyList<HealthCheckResource>> LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } recent && time.GetElapsedTime(_lookedAt) < s_fresh)
                return recent;
            var report = await health.CheckHealthAsync(cancellationToken);
            HealthCheckResource[] checks = [.. silo.Check().Items.Select(Resource), .. report.Entries.Select(Resource)];
            foreach (var check in checks.Where(c => c.Status == HealthState.Unhealthy))
                LogCheckFailed(check.Name, check.Text);
            _lookedAt = time.GetTimestamp();
            return _last = checks;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> MayShowAsync(HttpContext context)
    {
        if (ListenerFeature.Of(context) != Listener.Internal)
            return false;
        var user = (await context.AuthenticateAsync(OperatorHandler.Name)).Principal ?? new ClaimsPrincipal();
        return (await authorization.AuthorizeAsync(user, context, SecurityPolicies.ObserverPage)).Succeeded;
    }

    // What is not required, a carrier, must not take checks and reads down with it.
    private static HealthCheckResource Resource(ReadinessItem item) => new(
        item.Name, item.IsReady ? HealthState.Healthy : item.IsRequired ? HealthState.Unhealthy : HealthState.Degraded, item.Text);

    // An exception's message may come from a driver; its type is enough for a probe.
    private static HealthCheckResource Resource(KeyValuePair<string, HealthReportEntry> entry) => new(
        entry.Key,
        entry.Value.Status switch
        {
            HealthStatus.Healthy => HealthState.Healthy,
            HealthStatus.Degraded => HealthState.Degraded,
            _ => HealthState.Unhealthy,
        },
        entry.Value.Exception?.GetType().Name ?? entry.Value.Description ?? "No answer in time.");

    [LoggerMessage(EventIds.CheckFailed, LogLevel.Warning, "Not ready: {Check}: {Reason}")]
    private partial void LogCheckFailed(string check, string reason);
}
