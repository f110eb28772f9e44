using System.Net;
using MaskedVerify.Carriers;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Operations;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Clocks;
using MaskedVerify.Grains.ClusterTls;
using MaskedVerify.Privacy;
using MaskedVerify.Storage;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace MaskedVerify.Front;

/// <summary>The whole server, as a list.</summary>
internal static class FrontComposition
{
    /// <summary>Name of the service. It is part of the key of every control row: never change it.</summary>
    private const string ServiceName = "maskedverify";

    /// <summary>For everything after the drain delay, which is a part of the host's time: longer than a request may take (15 s), so that what is under way can end.</summary>
    private static readonly TimeSpan s_shutdown = TimeSpan.FromSeconds(30);

    /// <summary>Registers everything.</summary>
    public static void Compose(WebApplicationBuilder builder, FrontSettings settings)
    {
        var options = settings.Options;
        options.PhoneRanges?.Use();
        builder.AddFrontLogging(options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = s_shutdown + options.DrainDelay);
        builder.Services.AddMaskedVerifyClock();
        builder.Services.AddDataFolder(options);
        builder.Services.AddKeys(settings);
        builder.Services.AddStores(settings);
        builder.Services.AddMaskedVerifyCarriers(settings.Section, CarriersOf(options.Roles));
        builder.Services.AddSingleton<IFatalErrorHandler, FatalErrorEnd>();
        builder.UseOrleans(silo => silo
            .UseCluster(options)
            .UseClusterTls(settings)
            .AddStorageOf(options.Roles)
            .AddMaskedVerifyGrains(grains => Bind(settings, "Grains", grains, g => g.MaxClockSkew = options.Engine == StorageEngine.Sqlite ? TimeSpan.Zero : g.MaxClockSkew), options.Roles)
            .AddFrontTracing(options)
            .AddDashboard(dashboard => dashboard.HideTrace = true));
        builder.Services.AddFrontHttp(options);
        builder.Services.AddHostedService<SandboxTenant>();
        builder.Services.AddHostedService<Drain>();
        builder.Services.AddSingleton<StopLimit>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StopLimit>());
        builder.UseFrontKestrel(settings);
    }

    /// <summary>A vault has the key service; a front only a copy of the tag key, which it asks a vault for; an egress silo nothing.</summary>
    private static void AddKeys(this IServiceCollection services, FrontSettings settings)
    {
        var options = settings.Options;
        if (options.Has(SiloRoles.Vault))
        {
            services.AddMaskedVerifyPrivacy(privacy => Bind(settings, "Privacy", privacy, p =>
            {
                p.RootKeyPath = Path.Combine(options.DataFolder, "keys", "root.key");
                p.AllowLocalKeys = options.AllowLocalKeys;
            }));
        }
        else if (options.Has(SiloRoles.Front))
        {
            services.AddMaskedVerifyFrontKeys();
        }
    }

    /// <summary>Without a vault a silo opens no store of people and keys: a front sees membership, an egress silo also the control state of its leases.</summary>
    private static void AddStores(this IServiceCollection services, FrontSettings settings)
    {
        if (settings.Options.Has(SiloRoles.Vault))
            services.AddMaskedVerifyStorage(storage => Bind(settings, "Storage", storage, s => s.DataDirectory = settings.Options.DataFolder));
        else
            services.AddMaskedVerifyClusterDatabase(storage =>
            {
                Bind(settings, "Storage", storage, _ => { });
                storage.Database ??= storage.ClusterDatabase;
            });
    }

    /// <summary>The sandbox carrier runs where aliases live, carriers with connections on egress silos.</summary>
    private static CarrierParts CarriersOf(SiloRoles roles) =>
        (roles.HasFlag(SiloRoles.Vault) ? CarrierParts.Sandbox : CarrierParts.None) | (roles.HasFlag(SiloRoles.Egress) ? CarrierParts.Sessions : CarrierParts.None);

    private static ISiloBuilder AddStorageOf(this ISiloBuilder silo, SiloRoles roles) =>
        roles.HasFlag(SiloRoles.Vault) ? silo.AddMaskedVerifyGrainStorage() : roles.HasFlag(SiloRoles.Egress) ? silo.AddMaskedVerifyControlStorage() : silo;

    private static ISiloBuilder AddRemindersOf(this ISiloBuilder silo, SiloRoles roles) => roles.HasFlag(SiloRoles.Vault) ? silo.AddMaskedVerifyReminders() : silo;

    private static ISiloBuilder UseClusterTls(this ISiloBuilder silo, FrontSettings settings) =>
        settings.Options.ClusterTls ? silo.AddMaskedVerifyClusterTls(tls => settings.Section.GetSection("ClusterTls").Bind(tls, binder => binder.ErrorOnUnknownConfiguration = true), settings.Options.Roles) : silo;

    // What the front decides comes first, so that a configured value may change it.
    private static void Bind<T>(FrontSettings settings, string name, T options, Action<T> decide)
        where T : class
    {
        decide(options);
        settings.Section.GetSection(name).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
    }

    private static ISiloBuilder UseCluster(this ISiloBuilder silo, FrontOptions options)
    {
        if (options.Engine == StorageEngine.Sqlite)
            silo.UseLocalhostClustering(serviceId: ServiceName, clusterId: options.Cluster);
        else
            silo.UseDatabaseClustering(options);
        silo.Services.AddSingleton(_ => ReservedPort.Take(options.SiloAddress));
        silo.Services.AddOptions<EndpointOptions>().Configure<IServiceProvider>((endpoints, services) =>
        {
            endpoints.AdvertisedIPAddress = options.SiloAddress;
            endpoints.SiloPort = options.SiloPort == 0 ? services.GetRequiredService<ReservedPort>().Number : options.SiloPort;
            endpoints.SiloListeningEndpoint = new IPEndPoint(options.SiloAddress, endpoints.SiloPort);
            endpoints.GatewayPort = options.GatewayPort ?? 0;
            endpoints.GatewayListeningEndpoint = options.GatewayPort is { } port ? new IPEndPoint(options.SiloAddress, port) : null;
        });
        return silo;
    }

    private static void UseDatabaseClustering(this ISiloBuilder silo, FrontOptions options) => silo
        .AddMaskedVerifyClustering()
        .AddRemindersOf(options.Roles)
        .Configure<ClusterOptions>(cluster =>
        {
            cluster.ClusterId = options.Cluster;
            cluster.ServiceId = ServiceName;
        });

    private static void AddDataFolder(this IServiceCollection services, FrontOptions options)
    {
        services.AddSingleton(provider => DataFolder.Open(options.DataFolder, provider.GetRequiredService<ILogger<DataFolder>>()));
        services.AddSingleton<InternalKeyFiles>();
        services.AddSingleton(provider => provider.GetRequiredService<InternalKeyFiles>().Keys);
    }

    private static void UseFrontKestrel(this WebApplicationBuilder builder, FrontSettings settings)
    {
        var ports = new ListenPorts();
        builder.Services.AddOptions<FrontLimits>().Configure(limits => Bind(settings, "Limits", limits, _ => { })).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<FrontLimits>, FrontLimitsValidator>();
        builder.Services.AddOptions<PublicTlsOptions>().Configure(tls => Bind(settings, "Tls", tls, _ => { })).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PublicTlsOptions>, PublicTlsOptionsValidator>();
        builder.Services.AddSingleton<PublicCertificates>();
        builder.Services.AddSingleton<ConnectionLimit>();
        builder.Services.AddSingleton(ports);
        builder.Services.AddHostedService<ServerAddresses>();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => FrontKestrel.Configure(kestrel, settings.Options, ports));
    }

    private static void AddFrontLogging(this WebApplicationBuilder builder, FrontOptions options)
    {
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(options.LogLevel);
        builder.Logging.AddFilter("MaskedVerify", options.LogLevel < LogLevel.Information ? options.LogLevel : LogLevel.Information);
        var gate = new HostLogGate();
        builder.Services.AddSingleton(gate);
        builder.Logging.AddFilter(HostLogGate.Category, level => gate.IsOpen && level >= options.LogLevel);
        // Its first look at the clock compares with nothing (orleans.md, trap 20).
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        // Orleans tells of every change of their ranges, which mean nothing here, under their own names.
        builder.Logging.AddFilter("MaskedVerify.Grains.Doors.VaultDoor", LogLevel.Warning);
        builder.Logging.AddFilter("MaskedVerify.Grains.Doors.EgressDoor", LogLevel.Warning);
        // It says nothing that ProblemFallback and the metrics do not, and while it is on every request gets an activity and a scope that nobody reads.
        if (options.LogLevel > LogLevel.Information && options.OtlpEndpoint is null)
            builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Logging.AddLeakScanning();
    }
}
