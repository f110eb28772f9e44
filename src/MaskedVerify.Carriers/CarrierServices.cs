using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Carriers.Smpp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers;

/// <summary>Puts the carriers together.</summary>
public static class CarrierServices
{
    /// <summary>Name of the meter of this project.</summary>
    public const string MeterName = CarrierMetrics.MeterName;

    /// <summary>
    /// Registers <see cref="ICarrierClients"/>, the sandbox carrier with its <see cref="ISandboxInbox"/>, and the carrier that <paramref name="section"/>
    /// configures, which is also an <see cref="ICarrierSession"/>: somebody has to start and stop it. An <see cref="IReceiptSink"/> has to be registered by somebody; it is looked up when the first receipt comes.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="parts">Which of them this process has. Default all.</param>
    /// <param name="section">Holds <c>Sandbox</c> (<see cref="SandboxOptions"/>) and, when its <c>Host</c> is given, <c>Smpp</c> (<see cref="SmppOptions"/>). Mistakes in it stop the start, all told at once.</param>
    public static IServiceCollection AddMaskedVerifyCarriers(this IServiceCollection services, IConfiguration section, CarrierParts parts = CarrierParts.All)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CarrierMetrics>();
        services.TryAddSingleton<ICarrierClients, CarrierClients>();
        if (parts.HasFlag(CarrierParts.Sandbox))
        {
            services.AddSandbox(section.GetSection("Sandbox"));
        }

        return !parts.HasFlag(CarrierParts.Sessions) || string.IsNullOrWhiteSpace(section["Smpp:Host"]) ? services : services.AddSmpp(section.GetSection("Smpp"));
    }

    private static IServiceCollection AddSandbox(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddSingleton<IValidateOptions<SandboxOptions>, SandboxOptionsValidator>();
        services.AddOptions<SandboxOptions>().Bind(section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddSingleton<SandboxInbox>();
        services.AddSingleton<ISandboxInbox>(provider => provider.GetRequiredService<SandboxInbox>());
        services.AddSingleton<SandboxReceipts>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SandboxReceipts>());
        services.AddSingleton<ICarrierClient, SandboxCarrier>();
        return services;
    }

    private static IServiceCollection AddSmpp(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddSingleton<IValidateOptions<SmppOptions>, SmppOptionsAnnotations>();
        services.AddSingleton<IValidateOptions<SmppOptions>, SmppOptionsValidator>();
        services.AddOptions<SmppOptions>().Bind(section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddSingleton<SmppCarrier>();
        services.AddSingleton<ICarrierSession>(provider => provider.GetRequiredService<SmppCarrier>());
        services.AddSingleton<ICarrierClient>(provider => provider.GetRequiredService<SmppCarrier>());
        return services;
    }
}
