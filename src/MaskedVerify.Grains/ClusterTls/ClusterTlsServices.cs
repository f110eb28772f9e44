using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Turns mutual TLS on, for everything that a silo or a client of the cluster says and hears.</summary>
public static class ClusterTlsServices
{
    /// <summary>Silo to silo in both directions, and clients that come through the gateway.</summary>
    public static ISiloBuilder AddMaskedVerifyClusterTls(this ISiloBuilder silo, Action<ClusterTlsOptions> configure)
    {
        Add(silo.Services, configure);
        return silo.Configure<SiloConnectionOptions>(connections =>
        {
            connections.ConfigureSiloInboundConnection(Accept);
            connections.ConfigureGatewayInboundConnection(Accept);
            connections.ConfigureSiloOutboundConnection(Connect);
        });
    }

    /// <summary>A client of the cluster: it needs a certificate of the cluster's authority like a silo.</summary>
    public static IClientBuilder AddMaskedVerifyClusterTls(this IClientBuilder client, Action<ClusterTlsOptions> configure)
    {
        Add(client.Services, configure);
        return client.Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(Connect));
    }

    private static void Add(IServiceCollection services, Action<ClusterTlsOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ClusterTlsOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterTlsOptions>, ClusterTlsOptionsValidator>());
        services.TryAddSingleton<ClusterCertificates>();
        services.TryAddSingleton<ClusterTlsMiddleware>();
    }

    private static void Accept(IConnectionBuilder builder)
    {
        var tls = builder.ApplicationServices.GetRequiredService<ClusterTlsMiddleware>();
        builder.Use(next => connection => tls.AcceptAsync(connection, next));
    }

    private static void Connect(IConnectionBuilder builder)
    {
        var tls = builder.ApplicationServices.GetRequiredService<ClusterTlsMiddleware>();
        builder.Use(next => connection => tls.ConnectAsync(connection, next));
    }
}
