namespace MaskedVerify.Grains;

/// <summary>The roles of this silo, as a service.</summary>
internal sealed record HostedRoles(SiloRoles Roles)
{
    /// <summary>Whether it has one of them.</summary>
    internal bool Has(SiloRoles any) => (Roles & any) != SiloRoles.None;
}
