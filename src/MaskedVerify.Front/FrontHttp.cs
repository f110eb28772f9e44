using MaskedVerify.Front.Aliases;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Json;
using MaskedVerify.Front.Operations;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Reference;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Sandbox;
using MaskedVerify.Front.Security;
using MaskedVerify.Front.Vault;
using MaskedVerify.Front.Verifications;
using MaskedVerify.Grains;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Timeouts;

namespace MaskedVerify.Front;

/// <summary>Everything that speaks HTTP, without the silo behind it.</summary>
internal static class FrontHttp
{
    /// <summary>
    /// Longest time that a request may take: a grain call of 10 s (the silo's response time-out), a repetition that is answered, and the wait for a carrier of 2 s.
    /// </summary>
    private static readonly TimeSpan s_requestTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a browser that came over TLS comes back over nothing else (HSTS): a year, the least that hstspreload.org takes. Not said for other hosts of the domain, which are not
    /// ours, nor on localhost.
    /// </summary>
    private static readonly TimeSpan s_onlyEncrypted = TimeSpan.FromDays(365);

    /// <summary>Registers services.</summary>
    public static IServiceCollection AddFrontHttp(this IServiceCollection services, FrontOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ServerInfo>();
        services.AddSingleton<FrontMetrics>();
        services.AddSingleton<RequestIds>();
        services.AddSingleton<VaultCalls>();
        services.AddSingleton<VerificationEndpoints>();
        services.AddSingleton<AliasEndpoints>();
        services.AddSingleton<SandboxEndpoints>();
        services.AddSingleton<DrainState>();
        services.AddSingleton<HealthEndpoints>();
        services.AddHsts(hsts => hsts.MaxAge = s_onlyEncrypted);
        services.ConfigureHttpJsonOptions(json => FrontJsonOptions.Apply(json.SerializerOptions));
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = s_requestTimeout,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            WriteTimeoutResponse = Problem.Unavailable.WriteAsync,
        });
        ReadinessChecks.Add(services.AddHealthChecks(), options);
        return services.AddFrontSecurity(options).AddFrontOpenApi().AddFrontTelemetry(options);
    }

    /// <summary>Builds the pipeline and maps every endpoint.</summary>
    public static void UseFrontHttp(this WebApplication app)
    {
        app.UseMiddleware<ForwardedCaller>();
        app.UseHsts();
        app.Use((context, next) =>
        {
            SecurityHeaders.Apply(context.Response.Headers);
            return next(context);
        });
        app.UseMiddleware<ProblemFallback>();
        app.UseMiddleware<ListenerGate>();
        app.UseDashboardPolicy();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseAuthorization();
        var options = app.Services.GetRequiredService<FrontOptions>();
        if (options.Has(SiloRoles.Front))
        {
            VerificationEndpoints.Map(app);
            AliasEndpoints.Map(app);
            SandboxEndpoints.Map(app);
            ReferenceEndpoints.Map(app);
        }

        HealthEndpoints.Map(app);
        OperationsEndpoints.Map(app, options);
    }

    private static IServiceCollection AddFrontSecurity(this IServiceCollection services, FrontOptions options)
    {
        // Without data protection: nothing here is encrypted into cookies, and its key files would appear in the user's home.
        services.AddAuthenticationCore().AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Name, null)
            .AddScheme<AuthenticationSchemeOptions, OperatorHandler>(OperatorHandler.Name, null);
        var page = new PageRequirement(options, mayObserve: false);
        services.AddSingleton<IAuthorizationHandler>(page);
        services.AddAuthorizationBuilder()
            .AddPolicy(SecurityPolicies.Tenant, policy => policy.AddAuthenticationSchemes(ApiKeyHandler.Name).RequireAuthenticatedUser())
            .AddPolicy(SecurityPolicies.Operator, policy => policy.AddAuthenticationSchemes(OperatorHandler.Name).RequireRole(OperatorHandler.Operator))
            .AddPolicy(SecurityPolicies.OperatorPage, policy => policy.AddAuthenticationSchemes(OperatorHandler.Name).AddRequirements(page))
            .AddPolicy(SecurityPolicies.ObserverPage, policy => policy.AddAuthenticationSchemes(OperatorHandler.Name).AddRequirements(new PageRequirement(options, mayObserve: true)));
        return services;
    }
}
