namespace MaskedVerify.Grains.CarrierLinks;

/// <summary>Decides which silo may hold one bind of a carrier, by a fenced lease row. Key: <see cref="GrainKeys.CarrierLink"/>.</summary>
[GrainInterfaceType("mv.carrier-link")]
[OpenTo(SiloRoles.Egress)]
public interface ICarrierLinkGrain : IGrainWithStringKey
{
    /// <summary>Takes or renews the lease for 15 s. Granted when it is free, expired, or held by the same holder.</summary>
    [Alias("Acquire")]
    Task<LinkLease> Acquire(string holder);

    /// <summary>Gives the lease back if <paramref name="fence"/> still is the newest.</summary>
    [Alias("Release")]
    Task Release(string holder, long fence);
}

/// <summary>Answer to <see cref="ICarrierLinkGrain.Acquire"/>.</summary>
/// <param name="Granted">Whether the asker holds it now.</param>
/// <param name="Fence">Grows with each change of holder.</param>
/// <param name="ExpiresAt">When it lapses unless renewed.</param>
[GenerateSerializer, Immutable, Alias("mv.LinkLease")]
public sealed record LinkLease([property: Id(0)] bool Granted, [property: Id(1)] long Fence, [property: Id(2)] DateTimeOffset ExpiresAt);
