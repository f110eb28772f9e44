using System.Collections.Frozen;
using MaskedVerify.Grains.CarrierLinks;
using Orleans.Configuration;

namespace MaskedVerify.Grains;

/// <summary>
/// Which grain classes a silo hosts. What is taken out of <see cref="GrainTypeOptions.Classes"/> is not in the silo's manifest, so no placement ever chooses the
/// silo for it, whatever the caller asks for.
/// </summary>
internal static class RoleGrains
{
    private static readonly FrozenDictionary<GrainType, SiloRoles> s_ours = typeof(RoleGrains).Assembly.GetTypes()
        .SelectMany(c => c.GetCustomAttributesData().Where(a => a.AttributeType == typeof(GrainTypeAttribute)), (c, a) => (Class: c, Type: GrainType.Create((string)a.ConstructorArguments[0].Value!)))
        .ToFrozenDictionary(g => g.Type, g => HostOf(g.Class));

    /// <summary>Whether a grain class may run on a silo with these roles. Orleans' own classes (management, dashboard) belong to vaults.</summary>
    internal static bool IsHosted(Type grainClass, SiloRoles roles) => roles.HasFlag(HostOf(grainClass));

    /// <summary>The role that hosts a grain type of ours; null: it is Orleans' own.</summary>
    internal static SiloRoles? HostOf(GrainType type) => s_ours.TryGetValue(type, out var role) ? role : null;

    private static SiloRoles HostOf(Type grainClass) => grainClass == typeof(CarrierLinkGrain) ? SiloRoles.Egress : SiloRoles.Vault;

    /// <summary>Leaves only what the roles host.</summary>
    internal static void Keep(GrainTypeOptions options, SiloRoles roles) => options.Classes.RemoveWhere(c => !IsHosted(c, roles));
}
