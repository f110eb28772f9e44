using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>Version 1 of a tenant's row. Member ids are for ever.</summary>
[GenerateSerializer, Immutable, Alias("mv.TenantState")]
internal sealed record TenantState
{
    /// <summary>A label for operators.</summary>
    [Id(0)]
    public string Name { get; init; } = string.Empty;

    /// <summary>Whether messages leave through real carriers; never changes.</summary>
    [Id(1)]
    public bool IsLive { get; init; }

    /// <summary>Whether every request is refused.</summary>
    [Id(2)]
    public bool IsFrozen { get; init; }

    /// <summary>Grows with each change of anything but the quotas, from 1; 0 means that the tenant does not exist.</summary>
    [Id(3)]
    public long Version { get; init; }

    /// <summary>What requests are judged by.</summary>
    [Id(4)]
    public TenantPolicy Policy { get; init; } = new();

    /// <summary>API keys, oldest first: all that work and the newest revoked ones.</summary>
    [Id(5)]
    public IReadOnlyList<ApiKeyRecord> Keys { get; init; } = [];

    /// <summary>When it was made.</summary>
    [Id(6)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What is durable of the quotas.</summary>
    [Id(7)]
    public QuotaLedger Quota { get; init; } = QuotaLedger.Unused;

    /// <summary>The same of the quota of new aliases.</summary>
    [Id(8)]
    public QuotaLedger AliasQuota { get; init; } = QuotaLedger.Unused;

    /// <summary>The ledger of a kind of permits.</summary>
    internal QuotaLedger LedgerOf(QuotaKind kind) => kind == QuotaKind.Aliases ? AliasQuota : Quota;

    /// <summary>The same with another ledger of a kind.</summary>
    internal TenantState With(QuotaKind kind, QuotaLedger ledger) => kind == QuotaKind.Aliases ? this with { AliasQuota = ledger } : this with { Quota = ledger };

    /// <summary>Whether the tenant was made.</summary>
    internal bool Exists => Version > 0;

    /// <summary>What silos know of it.</summary>
    internal TenantSnapshot ToSnapshot(TenantId tenant) => new(tenant, Name, IsLive, IsFrozen, Version, Policy, Keys);
}

/// <summary>The durable part of a tenant's quotas: enough that no crash hands a permit out twice.</summary>
/// <param name="Day">UTC day, in days since 0001-01-01.</param>
/// <param name="Reserved">Permits of that day which may have been handed out.</param>
/// <param name="Horizon">Until when an activation may have handed out permits without another write; the minimum after a clean end.</param>
[GenerateSerializer, Immutable, Alias("mv.QuotaLedger")]
internal sealed record QuotaLedger([property: Id(0)] int Day, [property: Id(1)] long Reserved, [property: Id(2)] DateTimeOffset Horizon)
{
    /// <summary>Of a tenant that never sent.</summary>
    internal static readonly QuotaLedger Unused = new(0, 0, DateTimeOffset.MinValue);
}
