namespace MaskedVerify.Grains;

/// <summary>
/// Which silos may make a call, besides vault silos. A method without it, and without a <see cref="Caller"/> as its first argument, is for vault silos only: what
/// administers tenants and routes, or reports results, is out of reach of the code of a front.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Interface)]
internal sealed class OpenToAttribute(SiloRoles roles) : Attribute
{
    internal SiloRoles Roles => roles;
}
