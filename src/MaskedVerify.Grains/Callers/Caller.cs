using System.Diagnostics;
using MaskedVerify.Domain;

namespace MaskedVerify.Grains;

/// <summary>
/// Who asks, with the proof: judged in the vault by <see cref="Tenants.ITenantCatalog.AdmitAsync"/>, which hashes the secret and compares. What silos know of a key is its
/// hash, so none of them can act for a tenant that has not called it. Prints and debugs without the secret; it travels as an argument and nowhere else.
/// </summary>
/// <param name="Tenant">The tenant of the credential.</param>
/// <param name="KeyId">Public id of the API key.</param>
/// <param name="Secret">The key's secret part: 32 bytes, exactly as presented.</param>
// Member id 2 was the secret's hash: never use it again.
[GenerateSerializer, Immutable, Alias("mv.Caller")]
[DebuggerDisplay("{ToString(),nq}")]
public sealed record Caller(
    [property: Id(0)] TenantId Tenant, [property: Id(1)] string KeyId, [property: Id(3), DebuggerBrowsable(DebuggerBrowsableState.Never)] byte[] Secret)
{
    /// <summary>The caller that a presented key makes.</summary>
    public static Caller Of(TenantId tenant, ApiKeyText key) => new(tenant, key.KeyId, key.RevealSecret());

    /// <inheritdoc/>
    public override string ToString() => $"Caller {{ {Tenant}, {KeyId} }}";
}
