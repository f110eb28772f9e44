using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.AuditLogs;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Doors;
using MaskedVerify.Grains.FrontDesks;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.ReceiptDesks;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Metadata;

namespace MaskedVerify.Grains;

/// <summary>Puts the grains and what moves around them into a silo. Call it inside <c>UseOrleans</c>, so that its services start after the silo and stop before it.</summary>
public static class GrainsServices
{
    /// <summary>
    /// Needs from others. A vault: <c>IKeyManagementService ITagKeyExport IIdTagger IAliasDirectory ICodeProtector IKeyedHashes IKeyRingWarmup</c> (Privacy),
    /// <c>ICarrierClients</c> (Carriers), <c>IHotStore</c> and grain storage <c>control</c> and <c>hot</c> (Storage). An egress silo: <c>ICarrierClients</c> and grain storage
    /// <c>control</c>. A front: <c>ITagKeyCopy</c> and <c>IIdTagger</c>.
    /// </summary>
    public static ISiloBuilder AddMaskedVerifyGrains(this ISiloBuilder silo, Action<GrainsOptions> configure, SiloRoles roles = SiloRoles.All)
    {
        silo.Services.AddOptions<GrainsOptions>().Configure(configure).ValidateOnStart();
        silo.Services.AddSingleton<IValidateOptions<GrainsOptions>, GrainsOptionsValidator>();
        silo.Services.PostConfigure<GrainTypeOptions>(o => RoleGrains.Keep(o, roles));
        silo.AddEveryRole(roles);
        if (roles.HasFlag(SiloRoles.Vault))
            silo.AddVault();
        else if (roles.HasFlag(SiloRoles.Front))
            silo.AddFrontOnly();
        if (roles.HasFlag(SiloRoles.Egress))
            silo.AddEgress(roles);
        return silo.ConfigureRuntime().AddMovers(roles);
    }

    private static void AddEveryRole(this ISiloBuilder silo, SiloRoles roles)
    {
        silo.Services.AddMaskedVerifyWire();
        silo.Services.Insert(0, ServiceDescriptor.Singleton<IGrainInterfaceTypeProvider, KnownInterfaceTypes>());
        silo.Services.AddMetrics();
        silo.Services.AddSingleton(new HostedRoles(roles));
        silo.Services.AddSingleton<ClusterRoles>();
        silo.Services.TryAddSingleton(_ => PhoneRanges.Current);
        silo.Services.AddSingleton<PublishedRanges>();
        silo.Services.AddSingleton<IGrainInterfacePropertiesProvider>(s => s.GetRequiredService<PublishedRanges>());
        silo.Services.AddSingleton<CallRights>();
        silo.Services.AddSingleton<VaultDoors>();
        silo.Services.AddSingleton<EgressDoors>();
        silo.Services.AddSingleton<ISandboxInboxes, SandboxInboxes>();
        silo.Services.TryAddSingleton<GrainsMetrics>();
        silo.Services.AddSingleton<ISiloReadiness, SiloReadiness>();
        silo.AddIncomingGrainCallFilter<GrainCallGuard>();
    }

    private static void AddVault(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<KeyWarmup>();
        silo.Services.AddSingleton<ITenantTerms, KeyServiceTerms>();
        silo.Services.AddSingleton<AttemptReporter>();
        silo.Services.AddSingleton<ReachableCarriers>();
        silo.Services.AddSingleton<AuditBound>();
        silo.Services.AddSingleton<ICarrierOverview>(s => s.GetRequiredService<ReachableCarriers>());
        silo.Services.AddPhoneAliases();
        silo.AddGrainService<VaultDoor>();
        silo.AddStartupTask((services, token) => services.GetRequiredService<KeyWarmup>().RunAsync(token), KeyWarmup.Stage);
    }

    private static void AddFrontOnly(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ITenantTerms>(s => s.GetRequiredService<FrontTermsCopy>());

        // A front hosts no grain at all, which Orleans takes for a mistake.
        foreach (var check in silo.Services.Where(s => s.ImplementationType == typeof(GrainTypeOptionsValidator)).ToArray())
            silo.Services.Remove(check);
    }

    private static void AddEgress(this ISiloBuilder silo, SiloRoles roles)
    {
        silo.AddGrainService<EgressDoor>();
        if (!roles.HasFlag(SiloRoles.Vault))
            silo.Services.AddSingleton<IReceiptSink, ReceiptForwarder>();
    }

    /// <summary>Hosted services in the order of their start; they stop in the reverse order, so the pump drains while the carriers' binds still stand.</summary>
    private static ISiloBuilder AddMovers(this ISiloBuilder silo, SiloRoles roles)
    {
        var isVault = roles.HasFlag(SiloRoles.Vault);
        if (roles.HasFlag(SiloRoles.Front) && !isVault)
            AddMover<FrontTermsCopy>(silo);
        if (roles.HasFlag(SiloRoles.Front) || isVault)
            AddMover<TenantCatalog>(silo).AddSingleton<ITenantCatalog>(s => s.GetRequiredService<TenantCatalog>());
        if (isVault)
        {
            AddMover<EgressDirectory>(silo);
            AddMover<RouteCatalog>(silo);
            AddMover<QuotaPermits>(silo).AddSingleton<IQuotaPermits>(s => s.GetRequiredService<QuotaPermits>());
        }

        if (roles.HasFlag(SiloRoles.Egress))
            AddMover<CarrierLinkHost>(silo);
        if (isVault)
        {
            AddMover<SendPump>(silo, Reaching).AddSingleton<ISendPump>(s => s.GetRequiredService<SendPump>());
            AddMover<ReceiptSink>(silo).AddSingleton<IReceiptSink>(s => s.GetRequiredService<ReceiptSink>());
            AddMover<DuePoller>(silo);
            AddMover<Sweeper>(silo);
            AddMover<AuditDrain>(silo);
        }

        return silo;
    }

    /// <summary>What sends from a vault uses carriers of other silos too, in the place of those of this process.</summary>
    private static ReachableCarriers Reaching(IServiceProvider services) => services.GetRequiredService<ReachableCarriers>();

    private static IServiceCollection AddMover<T>(ISiloBuilder silo, params Func<IServiceProvider, object>[] arguments)
        where T : class, IHostedService =>
        silo.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<T>(s, [.. arguments.Select(a => a(s))])).AddHostedService(s => s.GetRequiredService<T>());

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

            // A silo that starts waits until it has reached every member whose row is younger than three of these. With Orleans' 30 s a cluster that lost all silos at once stayed
            // closed for 92 s (measured): the new ones waited for the dead. A living silo that misses nine seconds is only probed by all.
            o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
            o.NumMissedTableIAmAliveLimit = 3;
        });

        silo.AddAddressCache();
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
