using MaskedVerify.Grains.Plumbing;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
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
            connections.ConfigureSiloInboundConnection(builder => Accept(builder, isGateway: false));
            connections.ConfigureGatewayInboundConnection(builder => Accept(builder, isGateway: true));
            connections.ConfigureSiloOutboundConnection(builder => Connect(builder, isGateway: false));
        });
    }

    /// <summary>A client of the cluster: it needs a certificate of the cluster's authority like a silo, one that is not limited to fronts or egress silos.</summary>
    public static IClientBuilder AddMaskedVerifyClusterTls(this IClientBuilder client, Action<ClusterTlsOptions> configure)
    {
        Add(client.Services, configure);
        return client.Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(builder => Connect(builder, isGateway: true)));
    }

    private static void Add(IServiceCollection services, Action<ClusterTlsOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics().TryAddSingleton<GrainsMetrics>();
        services.AddOptions<ClusterTlsOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterTlsOptions>, ClusterTlsOptionsValidator>());
        services.TryAddSingleton<ClusterCertificates>();
        services.TryAddSingleton<AskedPeers>();
        services.TryAddSingleton<ClusterTlsMiddleware>();
    }

    private static void Accept(IConnectionBuilder builder, bool isGateway)
    {
        var tls = builder.ApplicationServices.GetRequiredService<ClusterTlsMiddleware>();
        builder.Use(next => connection => tls.AcceptAsync(connection, next, isGateway));
    }

    private static void Connect(IConnectionBuilder builder, bool isGateway)
    {
        var tls = builder.ApplicationServices.GetRequiredService<ClusterTlsMiddleware>();
        builder.Use(next => connection => tls.ConnectAsync(connection, next, isGateway));
    }
}
