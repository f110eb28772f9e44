using MaskedVerify.Domain;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>
/// Owns the routes of a region, gathers from all silos how their messages ended, and picks: what it publishes is all that a silo draws by.
/// Key: <see cref="GrainKeys.CarrierRouter"/>.
/// </summary>
[GrainInterfaceType("mv.carrier-router")]
public interface ICarrierRouterGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes what a silo has counted since its last call, at most 10,000 entries, and gives the picks when their stamp is another than <paramref name="stamp"/>; otherwise null.
    /// They are made anew when a route changes, when a carrier comes or goes, and when those at hand are a second old.
    /// </summary>
    [Alias("Exchange")]
    Task<RoutePicks?> Exchange(long stamp, IReadOnlyList<RouteOutcomeCount> counted);

    /// <summary>The routes, for operators.</summary>
    [Alias("GetTable")]
    Task<RouteTable> GetTable();

    /// <summary>Replaces all routes if <paramref name="expectedVersion"/> still holds; every mistake is reported at once.</summary>
    [Alias("Replace")]
    Task<RouteTableReply> Replace(long expectedVersion, IReadOnlyList<RouteRule> routes);
}

/// <summary>A static rule.</summary>
/// <param name="Route">Name, unique in the table.</param>
/// <param name="Carrier">Who carries it.</param>
/// <param name="Countries">Two upper-case letters each (<c>ZZ</c>: numbers of no country), or <c>*</c> for all; an exact country beats <c>*</c>.</param>
/// <param name="Channel">SMS or voice.</param>
/// <param name="Priority">Smaller goes first, 0 to 1,000; routes with the same one share the messages.</param>
/// <param name="IsSandbox">Only test tenants use it, and they use nothing else.</param>
/// <param name="IsEnabled">Off keeps the rule without using it.</param>
/// <param name="Sender">Sender id, or null.</param>
[GenerateSerializer, Immutable, Alias("mv.RouteRule")]
public sealed record RouteRule(
    [property: Id(0)] RouteId Route,
    [property: Id(1)] CarrierId Carrier,
    [property: Id(2)] IReadOnlyList<string> Countries,
    [property: Id(3)] Channel Channel,
    [property: Id(4)] int Priority,
    [property: Id(5)] bool IsSandbox,
    [property: Id(6)] bool IsEnabled,
    [property: Id(7)] string? Sender);

/// <summary>The routes as operators see them.</summary>
/// <param name="Version">Grows by one with each change.</param>
/// <param name="Routes">In the order they were given.</param>
/// <param name="Outcomes">How their messages ended since this activation.</param>
[GenerateSerializer, Immutable, Alias("mv.RouteTable")]
public sealed record RouteTable([property: Id(0)] long Version, [property: Id(1)] IReadOnlyList<RouteRule> Routes, [property: Id(2)] IReadOnlyList<RouteOutcomeCount> Outcomes);

/// <summary>How a replacement ended.</summary>
[GenerateSerializer, Immutable, Alias("mv.RouteTableReply")]
public sealed record RouteTableReply(
    [property: Id(0)] bool Ok, [property: Id(1)] RouteTable Table, [property: Id(2)] IReadOnlyList<string> Errors, [property: Id(3)] bool Conflict);

/// <summary>How often the messages of a route ended in one way.</summary>
/// <param name="Route">Its name.</param>
/// <param name="Country">Two upper-case letters.</param>
/// <param name="Outcome">0: the carrier accepted it; above: a <c>CarrierError</c>; <see cref="Approved"/>: the code that it brought was right.</param>
/// <param name="Count">1 or more.</param>
[GenerateSerializer, Immutable, Alias("mv.RouteOutcomeCount")]
public sealed record RouteOutcomeCount(
    [property: Id(0)] RouteId Route, [property: Id(1)] string Country, [property: Id(2)] int Outcome, [property: Id(3)] long Count)
{
    /// <summary>Outcome of a message whose code was right; it is accepted before.</summary>
    public const int Approved = -1;
}

/// <summary>What the router publishes.</summary>
/// <param name="Stamp">Random for each change, so that two activations never mean different picks by one stamp; never 0.</param>
/// <param name="Picks">One for each question that some route answers; <c>*</c> stands for the countries without a pick of their own.</param>
/// <param name="WithoutRoute">Carriers that no enabled route leads to.</param>
[GenerateSerializer, Immutable, Alias("mv.RoutePicks")]
public sealed record RoutePicks(
    [property: Id(0)] long Stamp, [property: Id(1)] IReadOnlyList<RoutePick> Picks, [property: Id(2)] IReadOnlyList<CarrierId> WithoutRoute);

/// <summary>The answer to one question.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Routes">Best first, 1 to 5.</param>
[GenerateSerializer, Immutable, Alias("mv.RoutePick")]
public sealed record RoutePick([property: Id(0)] RouteQuestion Question, [property: Id(1)] IReadOnlyList<RankedRoute> Routes);

/// <summary>What rules can tell apart.</summary>
/// <param name="IsLive">False: only sandbox routes. True: never a sandbox route.</param>
/// <param name="Country">Two upper-case letters.</param>
/// <param name="Channel">SMS or voice.</param>
[GenerateSerializer, Immutable, Alias("mv.RouteQuestion")]
public readonly record struct RouteQuestion([property: Id(0)] bool IsLive, [property: Id(1)] string Country, [property: Id(2)] Channel Channel);

/// <summary>A route in a pick.</summary>
/// <param name="Route">The route.</param>
/// <param name="Rank">From 0; a route of a later rank is used when those before it have failed.</param>
/// <param name="Share">How much of its rank's messages it gets: percent, rounded, 1 to 100.</param>
[GenerateSerializer, Immutable, Alias("mv.RankedRoute")]
public sealed record RankedRoute([property: Id(0)] PlannedRoute Route, [property: Id(1)] int Rank, [property: Id(2)] int Share);

/// <summary>One step of a plan.</summary>
/// <param name="Route">Its name.</param>
/// <param name="Carrier">Who carries it.</param>
/// <param name="Sender">Sender id, or null for the carrier's default.</param>
[GenerateSerializer, Immutable, Alias("mv.PlannedRoute")]
public sealed record PlannedRoute([property: Id(0)] RouteId Route, [property: Id(1)] CarrierId Carrier, [property: Id(2)] string? Sender);

/// <summary>The routes that one verification tries.</summary>
/// <param name="Routes">In this order, at most 5; empty when none leads there.</param>
internal sealed record RoutePlan(IReadOnlyList<PlannedRoute> Routes);
