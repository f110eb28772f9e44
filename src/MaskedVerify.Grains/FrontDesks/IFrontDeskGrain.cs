using MaskedVerify.Privacy;

namespace MaskedVerify.Grains.FrontDesks;

/// <summary>Stateless counter on vault silos where front-only silos ask for the little that they need to know. Key: <see cref="GrainKeys.FrontDesk"/>.</summary>
[GrainInterfaceType("mv.front-desk")]
public interface IFrontDeskGrain : IGrainWithStringKey
{
    /// <summary>The terms of now; without keys when <paramref name="known"/> are the versions that are live.</summary>
    [Alias("GetTerms"), OpenTo(SiloRoles.Front)]
    Task<FrontTerms> GetTerms(IReadOnlyList<int> known);
}

/// <summary>What a front knows of the region. Prints without keys.</summary>
/// <param name="TagKeys">Every live version of the front tag key, or null when the asker has them.</param>
/// <param name="AllowsLiveTenants">Whether live tenants may be served (<see cref="IKeyManagementService.AllowsLiveTenants"/>).</param>
[GenerateSerializer, Immutable, Alias("mv.FrontTerms")]
public sealed record FrontTerms([property: Id(0)] IReadOnlyList<FrontTagKey>? TagKeys, [property: Id(1)] bool AllowsLiveTenants)
{
    /// <inheritdoc/>
    public override string ToString() => "FrontTerms";
}

/// <summary>One version of the front tag key. Prints without it.</summary>
/// <param name="Version">1 to 31.</param>
/// <param name="Bytes">32 bytes.</param>
[GenerateSerializer, Immutable, Alias("mv.FrontTagKey")]
public sealed record FrontTagKey([property: Id(0)] int Version, [property: Id(1)] byte[] Bytes)
{
    /// <inheritdoc/>
    public override string ToString() => "FrontTagKey";
}
