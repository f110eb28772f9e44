using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace MaskedVerify.Privacy;

/// <summary>Puts the scanner before everything that leaves the process as a log line or a span: the last of the three layers that keep numbers out of logs.</summary>
public static class LeakScanning
{
    private static readonly object InnerFactory = new();

    /// <summary>
    /// Masks phone numbers and canaries in rendered messages, structured values, exceptions and scopes before any log provider sees them, and counts them.
    /// Repeating it changes nothing.
    /// </summary>
    /// <remarks>Wraps the <see cref="ILoggerFactory"/> registered so far: call it after anything that replaces the factory. Providers may be added before or after.</remarks>
    public static ILoggingBuilder AddLeakScanning(this ILoggingBuilder logging)
    {
        var services = logging.Services;
        AddScanner(services);
        if (services.Any(static service => service.IsKeyedService && ReferenceEquals(service.ServiceKey, InnerFactory)))
        {
            return logging;
        }

        var factory = services.Last(static service => service.ServiceType == typeof(ILoggerFactory) && !service.IsKeyedService);
        services.Remove(factory);
        services.Add(Keyed(factory));
        services.AddSingleton<ILoggerFactory>(static provider => new ScanningLoggerFactory(
            provider.GetRequiredKeyedService<ILoggerFactory>(InnerFactory), provider.GetRequiredService<LeakScanner>(), provider.GetRequiredService<LeakTally>()));
        return logging;
    }

    /// <summary>Masks phone numbers and canaries in ended spans. Call it before exporters are added: processors run in the order in which they are added.</summary>
    public static TracerProviderBuilder AddLeakScanning(this TracerProviderBuilder tracing) => tracing
        .ConfigureServices(AddScanner)
        .AddProcessor(static provider => new ScanningProcessor(provider.GetRequiredService<LeakScanner>(), provider.GetRequiredService<LeakTally>()));

    private static void AddScanner(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<LeakScanOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LeakScanOptions>, LeakScanOptionsValidator>());
        services.TryAddSingleton<LeakScanner>();
        services.TryAddSingleton<LeakTally>();
    }

    private static ServiceDescriptor Keyed(ServiceDescriptor factory) => factory switch
    {
        { ImplementationInstance: { } instance } => new ServiceDescriptor(typeof(ILoggerFactory), InnerFactory, instance),
        { ImplementationFactory: { } make } => new ServiceDescriptor(typeof(ILoggerFactory), InnerFactory, (provider, _) => make(provider), factory.Lifetime),
        { ImplementationType: { } type } => new ServiceDescriptor(typeof(ILoggerFactory), InnerFactory, type, factory.Lifetime),
        _ => throw new InvalidOperationException("The logger factory is registered in an unknown way."),
    };
}
