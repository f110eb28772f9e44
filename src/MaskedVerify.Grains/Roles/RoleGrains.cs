using MaskedVerify.Grains.CarrierLinks;
using Orleans.Configuration;

namespace MaskedVerify.Grains;

/// <summary>
/// Which grain classes a silo hosts. What is taken out of <see cref="GrainTypeOptions.Classes"/> is not in the silo's manifest, so no placement ever chooses the
/// silo for it, whatever the caller asks for.
/// </summary>
internal static class RoleGrains
{
    private const string Dashboard = "Orleans.Dashboard";

    /// <summary>Whether a grain class may run on a silo with these roles. Other people's classes may, except the dashboard's, which belongs to vaults.</summary>
    internal static bool IsHosted(Type grainClass, SiloRoles roles)
    {
        if (grainClass.Assembly != typeof(RoleGrains).Assembly)
            return roles.HasFlag(SiloRoles.Vault) || grainClass.Assembly.GetName().Name?.StartsWith(Dashboard, StringComparison.Ordinal) != true;

        return roles.HasFlag(grainClass == typeof(CarrierLinkGrain) ? SiloRoles.Egress : SiloRoles.Vault);
    }

    /// <summary>Leaves only what the roles host.</summary>
    internal static void Keep(GrainTypeOptions options, SiloRoles roles) => options.Classes.RemoveWhere(c => !IsHosted(c, roles));
}
