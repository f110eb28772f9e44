using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.CarrierRouters;

internal sealed partial class CarrierRouterGrain
{
    [LoggerMessage(EventIds.RouteTableReplaced, LogLevel.Information, "The route table has version {Version} with {Count} routes.")]
    private partial void LogReplaced(long version, int count);

    [LoggerMessage(EventIds.RouteTableSeeded, LogLevel.Information, "The route table took the routes of the sandbox: version {Version} with {Count} routes.")]
    private partial void LogSeeded(long version, int count);

    [LoggerMessage(EventIds.CarrierWithoutRoute, LogLevel.Warning, "No route leads to carrier {Carrier}: no message leaves over it. Name the countries: maskedverify route add NAME --carrier {Carrier} --country CC")]
    private partial void LogWithoutRoute(CarrierId carrier);
}
