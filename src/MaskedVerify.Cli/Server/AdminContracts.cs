using System.Text.Json;

namespace MaskedVerify.Cli.Server;

/// <summary>A tenant, as the server shows it. The policy stays JSON: the server knows its members.</summary>
internal sealed record TenantDocument(string Id, string Name, bool Live, bool Frozen, long Version, JsonElement Policy, IReadOnlyList<KeyDocument> Keys);

/// <summary>All tenants.</summary>
internal sealed record TenantList(IReadOnlyList<TenantDocument> Tenants);

/// <summary>An API key without its secret.</summary>
internal sealed record KeyDocument(string KeyId, string Label, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>All keys of a tenant.</summary>
internal sealed record KeyList(IReadOnlyList<KeyDocument> Keys);

/// <summary>A new API key, with its text this once. Prints without it.</summary>
internal sealed record NewKeyDocument(string KeyId, string Key, string Label, DateTimeOffset? ExpiresAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"NewKeyDocument {{ {KeyId} }}";
}

/// <summary>What wrong codes have brought upon an alias.</summary>
internal sealed record AliasChecksDocument(string Alias, int FailuresToday, bool Strict, int SendAfterSeconds, IReadOnlyList<ChannelChecksDocument> Channels);

/// <summary>The same for one channel.</summary>
internal sealed record ChannelChecksDocument(string Channel, int WrongInARow, bool Paused, int CheckAfterSeconds);

/// <summary>A route.</summary>
internal sealed record RouteDocument(
    string Route, string Carrier, IReadOnlyList<string> Countries, string Channel, int Priority, bool Sandbox, bool Enabled, string? Sender);

/// <summary>How often a route ended a submit in one way.</summary>
internal sealed record OutcomeDocument(string Route, string Country, string Outcome, long Count);

/// <summary>All routes.</summary>
internal sealed record RouteList(long Version, IReadOnlyList<RouteDocument> Routes, IReadOnlyList<OutcomeDocument> Outcomes);

/// <summary>One look at a server.</summary>
internal sealed record StatusDocument(
    string Version, long UptimeSeconds, string KeyService, bool LiveTenantsAllowed, int Tenants, DateTimeOffset TenantsFreshAt, IReadOnlyList<CarrierDocument> Carriers);

/// <summary>A carrier connection of a server.</summary>
internal sealed record CarrierDocument(string Carrier, IReadOnlyList<string> Channels, bool Ready, string Status);

/// <summary>A problem (RFC 9457).</summary>
internal sealed record ProblemDocument(string? Type, string? Title, int? Status, string? Detail, IReadOnlyList<ProblemError>? Errors);

/// <summary>One mistake.</summary>
internal sealed record ProblemError(string? Pointer, string? Detail);
