using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>Makes ids and tells in constant time whether an id belongs to a tenant. The only key a front-only silo holds is behind this.</summary>
public interface IIdTagger
{
    /// <summary>A new alias id for a tenant.</summary>
    AliasId NewAlias(TenantId tenant);

    /// <summary>A new verification id under an alias of the tenant.</summary>
    VerificationId NewVerification(TenantId tenant, AliasId alias);

    /// <summary>Whether the tag of <paramref name="alias"/> was made for <paramref name="tenant"/>.</summary>
    bool Owns(TenantId tenant, AliasId alias);

    /// <summary>Whether the tag of <paramref name="verification"/> was made for <paramref name="tenant"/>.</summary>
    bool Owns(TenantId tenant, VerificationId verification);
}
