using MaskedVerify.Domain;
using MaskedVerify.Grains;

namespace MaskedVerify.Testing;

/// <summary>A tenant of a test with its first key.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">The key.</param>
/// <param name="Caller">What the front makes of the key.</param>
public sealed record TestTenant(TenantId Id, ApiKeyText Key, Caller Caller);
