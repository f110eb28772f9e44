using MaskedVerify.Domain;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>Stateless worker that picks the ordered plan from its snapshot of the route table. Key: <see cref="GrainKeys.CarrierRouter"/>.</summary>
[GrainInterfaceType("mv.carrier-router")]
public interface ICarrierRouterGrain : IGrainWithStringKey
{
    /// <summary>Routes that may carry this message, best first; empty when none does.</summary>
    [Alias("Plan")]
    ValueTask<RoutePlan> Plan(PlanQuery query);

    /// <summary>Counts an outcome; reported to the route table in batches each second.</summary>
    [Alias("Report")]
    ValueTask Report(RouteId route, string country, int error);
}

/// <summary>What a plan is asked for.</summary>
/// <param name="Country">Two upper-case letters.</param>
/// <param name="Channel">SMS or voice.</param>
/// <param name="IsLive">False: only sandbox routes. True: never a sandbox route.</param>
[GenerateSerializer, Immutable, Alias("mv.PlanQuery")]
public readonly record struct PlanQuery([property: Id(0)] string Country, [property: Id(1)] Channel Channel, [property: Id(2)] bool IsLive);

/// <summary>An ordered plan.</summary>
/// <param name="Version">Version of the route table it was made from.</param>
/// <param name="Routes">Best first, at most 5.</param>
[GenerateSerializer, Immutable, Alias("mv.RoutePlan")]
public sealed record RoutePlan([property: Id(0)] long Version, [property: Id(1)] IReadOnlyList<PlannedRoute> Routes);

/// <summary>One step of a plan.</summary>
/// <param name="Route">Its name.</param>
/// <param name="Carrier">Who carries it.</param>
/// <param name="Sender">Sender id, or null for the carrier's default.</param>
[GenerateSerializer, Immutable, Alias("mv.PlannedRoute")]
public sealed record PlannedRoute([property: Id(0)] RouteId Route, [property: Id(1)] CarrierId Carrier, [property: Id(2)] string? Sender);
