using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.CarrierRouters;

internal sealed partial class RouteCatalog
{
    [LoggerMessage(EventIds.RouterPollFailed, LogLevel.Warning, "The route table could not be polled or reported to ({Error}): this silo goes on with its copy.")]
    private partial void LogPollFailed(string error);

    [LoggerMessage(EventIds.CarrierWithoutRoute, LogLevel.Warning, "No route leads to carrier {Carrier}: no message leaves over it. Name the countries: maskedverify route add NAME --carrier {Carrier} --country CC")]
    private partial void LogWithoutRoute(CarrierId carrier);
}
