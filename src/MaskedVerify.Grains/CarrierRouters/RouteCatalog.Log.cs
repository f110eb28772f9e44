using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.CarrierRouters;

internal sealed partial class RouteCatalog
{
    [LoggerMessage(EventIds.RouterPollFailed, LogLevel.Warning, "The router could not be asked ({Error}): this silo draws by its copy of the picks until that is 5 s old, and starts nothing after that.")]
    private partial void LogPollFailed(string error);

    [LoggerMessage(EventIds.RouterPolledAgain, LogLevel.Information, "The router answers again.")]
    private partial void LogPolledAgain();
}
