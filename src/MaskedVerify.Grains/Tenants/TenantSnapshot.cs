using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>A tenant as silos know it: enough to admit and judge a request without a call.</summary>
/// <param name="Tenant">Its id.</param>
/// <param name="Name">A label for operators, 1-64 characters, no personal data.</param>
/// <param name="IsLive">Whether its messages leave through real carriers.</param>
/// <param name="IsFrozen">Whether every request is refused.</param>
/// <param name="Version">Grows with each change.</param>
/// <param name="Policy">What requests are judged by.</param>
/// <param name="Keys">Its API keys.</param>
[GenerateSerializer, Immutable, Alias("mv.TenantSnapshot")]
public sealed record TenantSnapshot(
    [property: Id(0)] TenantId Tenant,
    [property: Id(1)] string Name,
    [property: Id(2)] bool IsLive,
    [property: Id(3)] bool IsFrozen,
    [property: Id(4)] long Version,
    [property: Id(5)] TenantPolicy Policy,
    [property: Id(6)] IReadOnlyList<ApiKeyRecord> Keys);

/// <summary>What is kept of an API key.</summary>
/// <param name="KeyId">Public part: 13 base32 characters.</param>
/// <param name="SecretHash">SHA-256 of the secret's 32 bytes (256 random bits need no salt and no slow hash).</param>
/// <param name="Label">For operators, at most 64 characters.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops working, or null.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
[GenerateSerializer, Immutable, Alias("mv.ApiKeyRecord")]
public sealed record ApiKeyRecord(
    [property: Id(0)] string KeyId,
    [property: Id(1)] byte[] SecretHash,
    [property: Id(2)] string Label,
    [property: Id(3)] DateTimeOffset CreatedAt,
    [property: Id(4)] DateTimeOffset? ExpiresAt,
    [property: Id(5)] DateTimeOffset? RevokedAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"ApiKeyRecord {{ {KeyId} }}";
}
