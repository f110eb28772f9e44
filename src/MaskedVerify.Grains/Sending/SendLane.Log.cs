using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

internal sealed partial class SendLane
{
    [LoggerMessage(EventIds.SubmitFailed, LogLevel.Error, "The client of carrier {Carrier} did not end a submit as it must ({Error}): the attempt counts as unknown.")]
    private partial void LogSubmitFailed(CarrierId carrier, string error);
}
