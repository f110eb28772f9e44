using Orleans.Runtime.Services;

namespace MaskedVerify.Grains.Doors;

/// <summary>Finds the door of an egress silo.</summary>
internal sealed class EgressDoors(IServiceProvider services) : GrainServiceClient<IEgressDoor>(services)
{
    /// <summary>The door of one silo.</summary>
    internal IEgressDoor At(SiloAddress silo) => GetGrainService(silo);
}

/// <summary>Finds the door of a vault silo.</summary>
internal sealed class VaultDoors(IServiceProvider services) : GrainServiceClient<IVaultDoor>(services)
{
    /// <summary>The door of one silo.</summary>
    internal IVaultDoor At(SiloAddress silo) => GetGrainService(silo);
}
