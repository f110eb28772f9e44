using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Json;
using MaskedVerify.Front.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MaskedVerify.Front.Operations;

/// <summary><c>/health/live</c> and <c>/health/ready</c> on both ports; checks are shown on the internal one, to operators.</summary>
internal sealed partial class HealthEndpoints(HealthCheckService health, IAuthorizationService authorization, TimeProvider time, ILogger<HealthEndpoints> logger) : IDisposable
{
    /// <summary>Probes within this time share one look, so that nobody can make the database busy through them.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private static readonly HealthResource s_alive = new(HealthState.Healthy);
    private readonly SemaphoreSlim _one = new(1);
    private HealthReport? _last;
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
        var report = await LookAsync(context.RequestAborted);
        var state = State(report.Status);
        var checks = await MayShowAsync(context) ? report.Entries.Select(Resource).ToList() : null;
        var status = state == HealthState.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await JsonAnswer.WriteAsync(context, status, new HealthResource(state, checks), FrontJson.Default.HealthResource);
    }

    private async Task<HealthReport> LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } recent && time.GetElapsedTime(_lookedAt) < s_fresh)
                return recent;
            var report = await health.CheckHealthAsync(cancellationToken);
            foreach (var (name, entry) in report.Entries.Where(e => e.Value.Status == HealthStatus.Unhealthy))
                LogCheckFailed(name, entry.Exception?.GetType().Name ?? entry.Description ?? "no answer in time");
            _lookedAt = time.GetTimestamp();
            return _last = report;
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
        var user = await AuthenticateAsync(context);
        return (await authorization.AuthorizeAsync(user, context, SecurityPolicies.OperatorOrLocal)).Succeeded;
    }

    private static async Task<System.Security.Claims.ClaimsPrincipal> AuthenticateAsync(HttpContext context)
    {
        var result = await Microsoft.AspNetCore.Authentication.AuthenticationHttpContextExtensions.AuthenticateAsync(context, OperatorHandler.Name);
        return result.Principal ?? new System.Security.Claims.ClaimsPrincipal();
    }

    // An exception's message may come from a driver; its type is enough for a probe.
    private static HealthCheckResource Resource(KeyValuePair<string, HealthReportEntry> entry) => new(
        entry.Key, State(entry.Value.Status), entry.Value.Exception?.GetType().Name ?? entry.Value.Description ?? "", Math.Round(entry.Value.Duration.TotalMilliseconds, 2));

    private static HealthState State(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => HealthState.Healthy,
        HealthStatus.Degraded => HealthState.Degraded,
        _ => HealthState.Unhealthy,
    };

    [LoggerMessage(EventIds.CheckFailed, LogLevel.Warning, "Not ready: {Check}: {Reason}")]
    private partial void LogCheckFailed(string check, string reason);
}
