using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

internal sealed partial class CarrierLinkHost
{
    [LoggerMessage(EventIds.LinkFailed, LogLevel.Warning, "No bind of carrier {Carrier} could be taken or renewed ({Error}); it is tried again every 5 s.")]
    private partial void LogFailed(CarrierId carrier, string error);

    [LoggerMessage(EventIds.LinkLost, LogLevel.Warning, "The bind of carrier {Carrier} is lost: its session is stopped.")]
    private partial void LogLost(CarrierId carrier);

    [LoggerMessage(EventIds.SessionFailed, LogLevel.Warning, "The session of carrier {Carrier} did not stop as it should ({Error}).")]
    private partial void LogSessionFailed(CarrierId carrier, string error);
}
