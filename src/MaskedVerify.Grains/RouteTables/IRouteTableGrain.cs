using MaskedVerify.Domain;

namespace MaskedVerify.Grains.RouteTables;

/// <summary>The routes of a region. Key: <see cref="GrainKeys.RouteTable"/>.</summary>
[GrainInterfaceType("mv.route-table")]
public interface IRouteTableGrain : IGrainWithStringKey
{
    /// <summary>All routes when the row has another version than <paramref name="version"/>, newer or, after a restore, older; otherwise null.</summary>
    [Alias("GetIfOther")]
    Task<RouteTableSnapshot?> GetIfOther(long version);

    /// <summary>Replaces all routes if <paramref name="expectedVersion"/> still holds; every mistake is reported at once.</summary>
    [Alias("Replace")]
    Task<RouteTableReply> Replace(long expectedVersion, IReadOnlyList<RouteRule> routes);

    /// <summary>
    /// Adds the routes of the sandbox, each name once in the life of the table: what an operator removed does not come back.
    /// </summary>
    [Alias("Seed")]
    Task Seed(IReadOnlyList<RouteRule> routes);

    /// <summary>Outcomes of the last second from one silo; kept in memory only.</summary>
    [Alias("Report")]
    Task Report(IReadOnlyList<RouteOutcomeCount> counts);

    /// <summary>Outcomes per route since this activation, for operators.</summary>
    [Alias("GetOutcomes")]
    Task<IReadOnlyList<RouteOutcomeCount>> GetOutcomes();
}

/// <summary>A static rule.</summary>
/// <param name="Route">Name, unique in the table.</param>
/// <param name="Carrier">Who carries it.</param>
/// <param name="Countries">Two upper-case letters each (<c>ZZ</c>: numbers of no country), or <c>*</c> for all; an exact country beats <c>*</c>.</param>
/// <param name="Channel">SMS or voice.</param>
/// <param name="Priority">Smaller goes first, 0 to 1,000.</param>
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

/// <summary>A version of the table.</summary>
[GenerateSerializer, Immutable, Alias("mv.RouteTableSnapshot")]
public sealed record RouteTableSnapshot([property: Id(0)] long Version, [property: Id(1)] IReadOnlyList<RouteRule> Routes);

/// <summary>How a replacement ended.</summary>
[GenerateSerializer, Immutable, Alias("mv.RouteTableReply")]
public sealed record RouteTableReply(
    [property: Id(0)] bool Ok, [property: Id(1)] RouteTableSnapshot Table, [property: Id(2)] IReadOnlyList<string> Errors, [property: Id(3)] bool Conflict);

/// <summary>How often a route ended a submit in one way (0 is accepted, others are carrier errors).</summary>
[GenerateSerializer, Immutable, Alias("mv.RouteOutcomeCount")]
public sealed record RouteOutcomeCount(
    [property: Id(0)] RouteId Route, [property: Id(1)] string Country, [property: Id(2)] int Error, [property: Id(3)] long Count);
