using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Operations.Administration;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Security;
using MaskedVerify.Grains;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Orleans.Dashboard;

namespace MaskedVerify.Front.Operations;

/// <summary>What operators find on the internal port: metrics, the Orleans dashboard, administration.</summary>
internal static class OperationsEndpoints
{
    // The dashboard's own files; its chart library writes styles into elements.
    private const string DashboardPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] s_stateOfGrains = ["/GrainState", "/GrainTypes"];

    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes, FrontOptions options)
    {
        // It observes from now on.
        routes.ServiceProvider.GetRequiredService<OperationsMetrics>();
        routes.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(SecurityPolicies.ObserverPage);

        // Only vaults administer: no operator's credential is ever shown to a silo that faces the world.
        if (!options.Has(SiloRoles.Vault))
            return;
        IEndpointConventionBuilder dashboard = routes.MapOrleansDashboard("/ops").RequireAuthorization(SecurityPolicies.OperatorPage);
        dashboard.Add(WithoutState);
        routes.MapAdministration().WithMetadata(new RequestSizeLimitAttribute(AdministrationEndpoints.MaxBodyBytes));
    }

    /// <summary>
    /// Takes the look into a grain out of the dashboard: it would call any grain that its asker names, and show its state. That ours show nothing is owed to the shape of their
    /// fields only.
    /// </summary>
    private static void WithoutState(EndpointBuilder endpoint)
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && s_stateOfGrains.Any(end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase)))
            endpoint.RequestDelegate = Problem.NoSuchPath.WriteAsync;
    }

    /// <summary>Gives the dashboard's pages their content policy.</summary>
    public static void UseDashboardPolicy(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/ops", StringComparison.OrdinalIgnoreCase))
            context.Response.Headers[HeaderNames.ContentSecurityPolicy] = DashboardPolicy;
        return next(context);
    });
}
