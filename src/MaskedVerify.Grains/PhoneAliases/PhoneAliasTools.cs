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

    internal RuleTerms TermsOf(TenantSnapshot tenant) => new(time.GetUtcNow().ToUnixTimeMilliseconds(), tenant.Policy, tenant.IsLive, MostPerNumber);

    /// <summary>Routes for an attempt, drawn by the command that started its verification.</summary>
    internal ValueTask<RoutePlan> PlanAsync(PhoneDestination destination, Channel channel, bool isLive, ulong startCommand, RouteId[] failed) =>
        routes.PlanAsync(new RouteQuestion(isLive, destination.Country, channel), startCommand, failed);

    /// <summary>Counts in the windows that a commit is judged by.</summary>
    internal ValueTask<GuardCounts> ReadGuardAsync(byte[] guardKey)
    {
        var now = PhoneAliasRules.GuardTime(time.GetUtcNow().ToUnixTimeMilliseconds());
        return store.ReadGuardAsync(guardKey, now.AddHours(-1), now.AddDays(-1));
    }

    /// <summary>The state of a new alias with what was kept of an erased one of the same number.</summary>
    internal async ValueTask<PhoneAliasState> WithKeptAsync(PhoneAliasState state, PhoneNumber number) =>
        await store.FindUniqueKeyAsync(hashes.Kept(state.Tenant, state.Context, number)) is { } row && row.ExpiresAt > time.GetUtcNow()
            ? PhoneAliasRules.WithKept(state, serializer.Deserialize<PhoneAliasState>(row.Answer) ?? new PhoneAliasState())
            : state;

    /// <summary>What a start is judged by.</summary>
    internal async ValueTask<StartTrial> TryAsync(PhoneAliasState state, AliasStart start, ulong command, VerificationId id, PhoneNumber number, TenantSnapshot tenant)
    {
        var channel = PhoneAliasRules.ChannelForStart(state, TermsOf(tenant));
        var plan = await PlanAsync(state.Destination, channel, tenant.IsLive, command, failed: []);
        var guardKey = hashes.Guard(number, tenant.IsLive);
        return new StartTrial(start, number, channel, plan, new GuardEntry(guardKey, hashes.GuardedSend(id, send: 1), await ReadGuardAsync(guardKey)));
    }

    internal IdempotencyLedger Ledger { get; } = new(hashes, codes, store, serializer);
}

/// <summary>Registration of what aliases and desks need.</summary>
internal static class PhoneAliasServices
{
    internal static IServiceCollection AddPhoneAliases(this IServiceCollection services) =>
        services.AddSingleton<PhoneAliasMetrics>().AddSingleton<PhoneAliasTools>();
}
