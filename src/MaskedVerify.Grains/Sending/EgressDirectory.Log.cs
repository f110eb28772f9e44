using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

internal sealed partial class EgressDirectory
{
    [LoggerMessage(EventIds.EgressAway, LogLevel.Warning, "Egress silo {Silo} does not answer ({Error}): no message is handed to its carriers until it does.")]
    private partial void LogAway(SiloAddress silo, string error);
}
