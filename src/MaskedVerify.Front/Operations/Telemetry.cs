using System.Diagnostics.Metrics;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Privacy;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MaskedVerify.Front.Operations;

/// <summary>Metrics for Prometheus always; traces only where an OTLP endpoint is configured.</summary>
internal static class Telemetry
{
    /// <summary>Sources of spans: grain calls, grain storage, sending. HTTP comes from its instrumentation.</summary>
    private static readonly string[] s_sources = ["Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Storage", "MaskedVerify.*"];

    /// <summary>For durations in seconds from a memory look-up to a silo's response time-out; the default boundaries mean milliseconds.</summary>
    private static readonly double[] s_seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>For counts of things that are done together.</summary>
    private static readonly double[] s_counts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

    /// <summary>Registers both.</summary>
    public static IServiceCollection AddFrontTelemetry(this IServiceCollection services, FrontOptions options)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(r => r.AddService("maskedverify", serviceVersion: FrontHelp.Version));
        telemetry.WithMetrics(metrics => metrics
            .AddMeter("MaskedVerify.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting")
            .AddRuntimeInstrumentation()
            .AddView(View)
            .AddPrometheusExporter());
        if (options.OtlpEndpoint is { } endpoint)
        {
            telemetry.WithTracing(tracing => tracing
                .AddSource(s_sources)
                .AddAspNetCoreInstrumentation()
                .AddLeakScanning()
                .AddOtlpExporter(otlp => otlp.Endpoint = endpoint));
        }

        return services.AddSingleton<OperationsMetrics>();
    }

    /// <summary>Lets traces go on across grain calls, where there are traces.</summary>
    public static ISiloBuilder AddFrontTracing(this ISiloBuilder silo, FrontOptions options) => options.OtlpEndpoint is null ? silo : silo.AddActivityPropagation();

    // An instrument that says its boundaries keeps them. The address cache is not counted (AddressCache), and would seem to be empty.
    private static MetricStreamConfiguration? View(Instrument instrument) => instrument switch
    {
        { Name: "orleans-directory-cache-size" } => MetricStreamConfiguration.Drop,
        { Meter.Name: { } meter } when !meter.StartsWith("MaskedVerify.", StringComparison.Ordinal) => null,
        Histogram<double> { Unit: "s", Advice: null } => new ExplicitBucketHistogramConfiguration { Boundaries = s_seconds },
        Histogram<int> { Advice: null } or Histogram<long> { Advice: null } => new ExplicitBucketHistogramConfiguration { Boundaries = s_counts },
        _ => null,
    };
}
