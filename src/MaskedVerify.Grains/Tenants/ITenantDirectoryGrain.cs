using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>The region's list of tenants with their versions, so that silos can poll one place. Key: <see cref="GrainKeys.TenantDirectory"/>.</summary>
[GrainInterfaceType("mv.tenant-directory")]
public interface ITenantDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Everything that changed after <paramref name="version"/>; null when nothing did. 0 asks for all.</summary>
    [Alias("GetIfNewer"), OpenTo(SiloRoles.Front)]
    Task<TenantChanges?> GetIfNewer(long version);

    /// <summary>Holds a name for a tenant that is about to be made, or says which other tenant has it. Names are compared without case.</summary>
    [Alias("ClaimName")]
    Task<TenantId?> ClaimName(TenantId tenant, string name);

    /// <summary>Called by tenant grains after each durable change (and repaired by <see cref="ITenantGrain.Get"/> when that call was lost).</summary>
    [Alias("Publish")]
    Task Publish(TenantSnapshot tenant);
}

/// <summary>Tenants that changed.</summary>
/// <param name="Version">Version of the directory now.</param>
/// <param name="Changed">Their newest snapshots.</param>
[GenerateSerializer, Immutable, Alias("mv.TenantChanges")]
public sealed record TenantChanges([property: Id(0)] long Version, [property: Id(1)] IReadOnlyList<TenantSnapshot> Changed);
