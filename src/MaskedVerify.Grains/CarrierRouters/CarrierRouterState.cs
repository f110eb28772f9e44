using MaskedVerify.Domain;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>Version 1 of a region's routes. Member ids are for ever.</summary>
[GenerateSerializer, Immutable, Alias("mv.CarrierRouterState")]
internal sealed record CarrierRouterState
{
    /// <summary>Grows by one with each change; 0 is an empty table that was never written.</summary>
    [Id(0)]
    public long Version { get; init; }

    /// <summary>The routes, in the order they were given.</summary>
    [Id(1)]
    public IReadOnlyList<RouteRule> Routes { get; init; } = [];

    /// <summary>Names of the routes that were added once without an operator.</summary>
    [Id(2)]
    public IReadOnlyList<RouteId> Seeded { get; init; } = [];
}
