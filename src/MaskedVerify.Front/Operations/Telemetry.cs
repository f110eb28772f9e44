using MaskedVerify.Front.Configuration;
using MaskedVerify.Privacy;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MaskedVerify.Front.Operations;

/// <summary>Metrics for Prometheus always; traces only where an OTLP endpoint is configured.</summary>
internal static class Telemetry
{
    /// <summary>Registers both.</summary>
    public static IServiceCollection AddFrontTelemetry(this IServiceCollection services, FrontOptions options)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(r => r.AddService("maskedverify", serviceVersion: FrontHelp.Version));
        telemetry.WithMetrics(metrics => metrics
            .AddMeter("MaskedVerify.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting")
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        if (options.OtlpEndpoint is { } endpoint)
        {
            telemetry.WithTracing(tracing => tracing
                .AddSource("Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Storage")
                .AddAspNetCoreInstrumentation()
                .AddLeakScanning()
                .AddOtlpExporter(otlp => otlp.Endpoint = endpoint));
        }

        return services;
    }
}
