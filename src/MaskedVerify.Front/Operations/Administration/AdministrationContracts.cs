using System.Text.Json.Nodes;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Creation of a tenant.</summary>
/// <param name="Name">A label for operators, 1-64 characters, no personal data, of one tenant only.</param>
/// <param name="Live">Whether its messages leave through real carriers (default: sandbox).</param>
/// <param name="Policy">Members that differ from the defaults.</param>
internal sealed record CreateTenantRequest(string Name, bool Live = false, JsonObject? Policy = null);

/// <summary>A change of a policy.</summary>
/// <param name="Policy">Members to replace; the others stay.</param>
/// <param name="ExpectedVersion">Refuse unless the tenant still has this version; null to change whatever is there.</param>
internal sealed record ChangePolicyRequest(JsonObject Policy, long? ExpectedVersion = null);

/// <summary>A tenant as operators see it.</summary>
internal sealed record TenantDocument(TenantId Id, string Name, bool Live, bool Frozen, long Version, TenantPolicy Policy, IReadOnlyList<KeyDocument> Keys)
{
    public static TenantDocument From(TenantSnapshot tenant) =>
        new(tenant.Tenant, tenant.Name, tenant.IsLive, tenant.IsFrozen, tenant.Version, tenant.Policy, [.. tenant.Keys.Select(KeyDocument.From)]);
}

/// <summary>All tenants.</summary>
internal sealed record TenantList(IReadOnlyList<TenantDocument> Tenants);

/// <summary>Creation of an API key.</summary>
/// <param name="Label">For operators, 1-64 characters.</param>
/// <param name="ExpiresAt">When it stops working, or null for never.</param>
internal sealed record CreateKeyRequest(string Label = "default", DateTimeOffset? ExpiresAt = null);

/// <summary>What is kept of an API key; never its secret or the hash of it.</summary>
internal sealed record KeyDocument(string KeyId, string Label, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static KeyDocument From(ApiKeyRecord key) => new(key.KeyId, key.Label, key.CreatedAt, key.ExpiresAt, key.RevokedAt);
}

/// <summary>All keys of a tenant.</summary>
internal sealed record KeyList(IReadOnlyList<KeyDocument> Keys);

/// <summary>A key that was just made: the only time that its text is shown.</summary>
internal sealed record NewKeyDocument(string KeyId, string Key, string Label, DateTimeOffset? ExpiresAt)
{
    public override string ToString() => $"NewKeyDocument {{ {KeyId} }}";
}

/// <summary>The body of a change that needs no more than its path: <c>{}</c>.</summary>
internal sealed record NoMembers;

/// <summary>Lifting of a pause.</summary>
/// <param name="Channel">The channel; null for all.</param>
internal sealed record UnpauseRequest(Channel? Channel = null);

/// <summary>What wrong tries have brought upon an alias.</summary>
internal sealed record AliasChecksDocument(AliasId Alias, int FailuresToday, bool Strict, int SendAfterSeconds, IReadOnlyList<ChannelChecksDocument> Channels)
{
    public static AliasChecksDocument From(AliasId alias, AliasChecks checks) => new(
        alias,
        checks.FailuresToday,
        checks.IsStrict,
        checks.SendAfterSeconds,
        [.. checks.Channels.Select(c => new ChannelChecksDocument(c.Channel, c.WrongInARow, c.IsPaused, c.CheckAfterSeconds))]);
}

/// <summary>What stands against one channel of an alias.</summary>
internal sealed record ChannelChecksDocument(Channel Channel, int WrongInARow, bool Paused, int CheckAfterSeconds);

/// <summary>A route as operators write and see it.</summary>
internal sealed record RouteDocument(
    RouteId Route, CarrierId Carrier, IReadOnlyList<string>? Countries = null, Channel Channel = Channel.Sms, int Priority = 100, bool Sandbox = false, bool Enabled = true, string? Sender = null)
{
    public static RouteDocument From(RouteRule rule) =>
        new(rule.Route, rule.Carrier, rule.Countries, rule.Channel, rule.Priority, rule.IsSandbox, rule.IsEnabled, rule.Sender);

    public RouteRule ToRule() => new(Route, Carrier, Countries ?? ["*"], Channel, Priority, Sandbox, Enabled, Sender);
}

/// <summary>How often a route ended a submit in one way since the routes' grain woke up.</summary>
internal sealed record OutcomeDocument(RouteId Route, string Country, string Outcome, long Count);

/// <summary>The routes of this region.</summary>
internal sealed record RouteList(long Version, IReadOnlyList<RouteDocument> Routes, IReadOnlyList<OutcomeDocument> Outcomes);

/// <summary>Replacement of all routes.</summary>
internal sealed record ReplaceRoutesRequest(long Version, IReadOnlyList<RouteDocument> Routes);

/// <summary>One look at a running server.</summary>
internal sealed record StatusDocument(
    string Version, long UptimeSeconds, string KeyService, bool LiveTenantsAllowed, int Tenants, DateTimeOffset TenantsFreshAt, IReadOnlyList<CarrierDocument> Carriers);

/// <summary>A carrier connection of this process.</summary>
internal sealed record CarrierDocument(CarrierId Carrier, IReadOnlyList<Channel> Channels, bool Ready, string Status);
