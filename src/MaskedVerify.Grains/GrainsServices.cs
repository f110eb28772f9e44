using MaskedVerify.Carriers;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace MaskedVerify.Grains;

/// <summary>Puts the grains and what moves around them into a silo. Call it inside <c>UseOrleans</c>, so that its services start after the silo and stop before it.</summary>
public static class GrainsServices
{
    /// <summary>
    /// Needs from others: <c>IKeyManagementService IIdTagger IAliasDirectory ICodeProtector IKeyedHashes IKeyRingWarmup</c> (Privacy), <c>ICarrierClients</c> (Carriers),
    /// <c>IHotStore</c> and grain storage <c>control</c> and <c>hot</c> (Storage).
    /// </summary>
    public static ISiloBuilder AddMaskedVerifyGrains(this ISiloBuilder silo, Action<GrainsOptions> configure)
    {
        silo.Services.AddOptions<GrainsOptions>().Configure(configure).ValidateOnStart();
        silo.Services.AddSingleton<IValidateOptions<GrainsOptions>, GrainsOptionsValidator>();
        silo.Services.AddMaskedVerifyWire();
        silo.Services.Insert(0, ServiceDescriptor.Singleton<IGrainInterfaceTypeProvider, KnownInterfaceTypes>());
        silo.Services.AddMetrics();
        silo.Services.AddSingleton<GrainsMetrics>();
        silo.Services.AddSingleton<KeyWarmup>();
        silo.Services.AddSingleton<ISiloReadiness, SiloReadiness>();
        silo.Services.AddSingleton<AttemptReporter>();
        silo.Services.AddPhoneAliases();
        silo.AddIncomingGrainCallFilter<GrainCallGuard>();
        silo.AddStartupTask((services, token) => services.GetRequiredService<KeyWarmup>().RunAsync(token), KeyWarmup.Stage);
        return silo.ConfigureRuntime().AddMovers();
    }

    /// <summary>Hosted services in the order of their start; they stop in the reverse order, so the pump drains while the carriers' binds still stand.</summary>
    private static ISiloBuilder AddMovers(this ISiloBuilder silo)
    {
        AddMover<TenantCatalog>(silo).AddSingleton<ITenantCatalog>(s => s.GetRequiredService<TenantCatalog>());
        AddMover<RouteCatalog>(silo);
        AddMover<QuotaPermits>(silo).AddSingleton<IQuotaPermits>(s => s.GetRequiredService<QuotaPermits>());
        AddMover<CarrierLinkHost>(silo);
        AddMover<SendPump>(silo).AddSingleton<ISendPump>(s => s.GetRequiredService<SendPump>());
        AddMover<ReceiptSink>(silo).AddSingleton<IReceiptSink>(s => s.GetRequiredService<ReceiptSink>());
        AddMover<DuePoller>(silo);
        AddMover<Sweeper>(silo);
        return silo;
    }

    private static IServiceCollection AddMover<T>(ISiloBuilder silo)
        where T : class, IHostedService =>
        silo.Services.AddSingleton<T>().AddHostedService(s => s.GetRequiredService<T>());

    /// <summary>Orleans' defaults that do not fit (orleans.md, "defaults to change"; design, "Time").</summary>
    private static ISiloBuilder ConfigureRuntime(this ISiloBuilder silo)
    {
        silo.Configure<SiloMessagingOptions>(o =>
        {
            o.MaxMessageBodySize = 1024 * 1024;
            o.ResponseTimeout = TimeSpan.FromSeconds(10);
            o.CancelRequestOnTimeout = true;
            o.MaxEnqueuedRequestsHardLimit = 2_000;
        });
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            o.ProbeTimeout = TimeSpan.FromSeconds(1);
            o.NumMissedProbesLimit = 3;
            o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        });
        silo.Services.AddOptions<GrainCollectionOptions>().Configure<IOptions<GrainsOptions>>((o, grains) =>
        {
            o.CollectionQuantum = TimeSpan.FromSeconds(30);
            o.CollectionAge = grains.Value.IdleGrainAge;
        });
        silo.Services.AddOptions<LoadSheddingOptions>().Configure<IOptions<GrainsOptions>>((o, grains) =>
        {
            o.LoadSheddingEnabled = true;
            o.CpuThreshold = grains.Value.LoadSheddingPercent;
        });

        // Longer than a submit can take, so that the pump can drain.
        silo.Services.PostConfigure<HostOptions>(o => o.ShutdownTimeout = o.ShutdownTimeout < LeastShutdown ? LeastShutdown : o.ShutdownTimeout);
        return silo;
    }

    private static readonly TimeSpan LeastShutdown = TimeSpan.FromSeconds(30);
}
