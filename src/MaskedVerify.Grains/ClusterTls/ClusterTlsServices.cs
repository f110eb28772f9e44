using MaskedVerify.Grains.Plumbing;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Turns mutual TLS on, for everything that a silo or a client of the cluster says and hears.</summary>
public static class ClusterTlsServices
{
    /// <summary>Silo to silo in both directions, and clients that come through the gateway. The silo's certificate has to be for <paramref name="roles"/>.</summary>
    public static ISiloBuilder AddMaskedVerifyClusterTls(this ISiloBuilder silo, Action<ClusterTlsOptions> configure, SiloRoles roles = SiloRoles.All)
    {
        Add(silo.Services, configure);
        silo.Services.Configure<ClusterTlsOptions>(tls => tls.Roles = roles);
        if (roles.HasFlag(SiloRoles.Vault))
            silo.Services.AddHostedService<RoleWatch>();
        return silo.Configure<SiloConnectionOptions>(connections =>
        {
            connections.ConfigureSiloInboundConnection(builder => Use(builder, isInbound: true, isGateway: false));
            connections.ConfigureGatewayInboundConnection(builder => Use(builder, isInbound: true, isGateway: true));
            connections.ConfigureSiloOutboundConnection(builder => Use(builder, isInbound: false, isGateway: false));
        });
    }

    /// <summary>A client of the cluster: it needs a certificate of the cluster's authority like a silo, one that is not limited to fronts or egress silos.</summary>
    public static IClientBuilder AddMaskedVerifyClusterTls(this IClientBuilder client, Action<ClusterTlsOptions> configure)
    {
        Add(client.Services, configure);
        return client.Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(builder => Use(builder, isInbound: false, isGateway: true)));
    }

    private static void Add(IServiceCollection services, Action<ClusterTlsOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);

        // What the library says of a failed handshake, we say with the peer and without a stack.
        services.AddLogging(logging => logging.AddFilter("Orleans.Connections.Security", LogLevel.None));
        services.AddMetrics().TryAddSingleton<GrainsMetrics>();
        services.AddOptions<ClusterTlsOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterTlsOptions>, ClusterTlsOptionsValidator>());
        services.TryAddSingleton<ClusterCertificates>();
        services.TryAddSingleton<AskedPeers>();
        services.TryAddSingleton<ClusterTlsMiddleware>();
    }

    private static void Use(IConnectionBuilder builder, bool isInbound, bool isGateway)
    {
        var tls = builder.ApplicationServices.GetRequiredService<ClusterTlsMiddleware>();
        builder.Use(next => connection => tls.RunAsync(connection, next, isInbound, isGateway));
    }
}
