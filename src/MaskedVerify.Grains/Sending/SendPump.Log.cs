using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

internal sealed partial class SendPump
{
    [LoggerMessage(EventIds.PumpStarted, LogLevel.Information, "The send pump runs with {Lanes} carriers.")]
    private partial void LogStarted(int lanes);

    [LoggerMessage(EventIds.PumpStopped, LogLevel.Information, "The send pump has stopped.")]
    private partial void LogStopped();

    [LoggerMessage(EventIds.PumpDroppedAtShutdown, LogLevel.Warning, "{Count} attempts were still waiting when the host stopped: they become unknown.")]
    private partial void LogDropped(int count);
}
