using MaskedVerify.Privacy;

namespace MaskedVerify.Grains.Tenants;

/// <summary>What holds for all tenants of this installation.</summary>
internal interface ITenantTerms
{
    /// <summary>Whether live tenants may be served.</summary>
    /// <exception cref="KeyManagementException">Nobody can tell yet.</exception>
    bool AllowsLiveTenants { get; }
}

/// <summary>As the key service of this silo says.</summary>
internal sealed class KeyServiceTerms(IKeyManagementService keys) : ITenantTerms
{
    /// <inheritdoc/>
    public bool AllowsLiveTenants => keys.AllowsLiveTenants;
}
