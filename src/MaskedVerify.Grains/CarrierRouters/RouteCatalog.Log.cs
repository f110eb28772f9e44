using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.CarrierRouters;

internal sealed partial class RouteCatalog
{
    [LoggerMessage(EventIds.RouterPollFailed, LogLevel.Warning, "The route table could not be polled or reported to ({Error}): this silo goes on with its copy.")]
    private partial void LogPollFailed(string error);
}
