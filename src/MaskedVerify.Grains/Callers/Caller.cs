using MaskedVerify.Domain;

namespace MaskedVerify.Grains;

/// <summary>Who asks: re-checked in the vault by <see cref="Tenants.ITenantCatalog.Admit"/>. Prints no secret.</summary>
/// <param name="Tenant">The tenant of the credential.</param>
/// <param name="KeyId">Public id of the API key.</param>
/// <param name="SecretHash">SHA-256 of the key's secret part: 32 bytes.</param>
[GenerateSerializer, Immutable, Alias("mv.Caller")]
public sealed record Caller([property: Id(0)] TenantId Tenant, [property: Id(1)] string KeyId, [property: Id(2)] byte[] SecretHash)
{
    /// <inheritdoc/>
    public override string ToString() => $"Caller {{ {Tenant}, {KeyId} }}";
}
