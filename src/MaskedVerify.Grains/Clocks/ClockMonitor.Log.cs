using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Clocks;

internal sealed partial class ClockMonitor
{
    [LoggerMessage(EventIds.ClockNotCompared, LogLevel.Warning, "The clock could not be compared with the database's ({Error}).")]
    private partial void LogNotCompared(string error);

    [LoggerMessage(EventIds.ClockOff, LogLevel.Error, "This machine's clock is {Seconds} s off the database's.")]
    private partial void LogOff(string seconds);

    [LoggerMessage(EventIds.ClockStops, LogLevel.Critical, "The silo stops itself. {Sentence}")]
    private partial void LogStops(string sentence);
}
