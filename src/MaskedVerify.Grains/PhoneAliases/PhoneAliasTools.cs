using MaskedVerify.Domain;
using MaskedVerify.Grains.AuditLogs;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Doors;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What every activation of an alias needs from its silo: one object, so that an activation costs little.</summary>
internal sealed class PhoneAliasTools(
    ITenantCatalog catalog,
    IIdTagger tagger,
    IAliasDirectory aliases,
    ICodeProtector codes,
    IKeyedHashes hashes,
    IHotStore store,
    IQuotaPermits permits,
    ISendPump pump,
    RouteCatalog routes,
    ClusterRoles cluster,
    IGrainFactory grains,
    Serializer serializer,
    TimeProvider time,
    PhoneAliasMetrics metrics,
    ISandboxInboxes inboxes,
    AuditBound auditBound,
    IOptions<GrainsOptions> options)
{
    internal ITenantCatalog Catalog => catalog;

    internal IIdTagger Tagger => tagger;

    internal IAliasDirectory Aliases => aliases;

    internal ICodeProtector Codes => codes;

    internal IKeyedHashes Hashes => hashes;

    internal IHotStore Store => store;

    internal IQuotaPermits Permits => permits;

    internal ISendPump Pump => pump;

    internal RouteCatalog Routes => routes;

    internal ClusterRoles Cluster => cluster;

    internal IGrainFactory Grains => grains;

    internal Serializer Serializer => serializer;

    internal TimeProvider Time => time;

    internal PhoneAliasMetrics Metrics => metrics;

    internal ISandboxInboxes Inboxes => inboxes;

    internal AuditBound AuditBound => auditBound;

    /// <summary>What no tenant's policy can raise.</summary>
    internal GuardCaps MostPerNumber { get; } = new(options.Value.NumberSendsPerHour, options.Value.NumberSendsPerDay);

    internal IdempotencyLedger Ledger { get; } = new(hashes, codes, store, serializer);
}

/// <summary>Registration of what aliases and desks need.</summary>
internal static class PhoneAliasServices
{
    internal static IServiceCollection AddPhoneAliases(this IServiceCollection services) =>
        services.AddSingleton<PhoneAliasMetrics>().AddSingleton<PhoneAliasTools>();
}
