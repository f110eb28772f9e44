using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

internal sealed partial class Sweeper
{
    [LoggerMessage(EventIds.Swept, LogLevel.Debug, "{Count} rows past their window were removed.")]
    private partial void LogSwept(int count);

    [LoggerMessage(EventIds.UnusedDropped, LogLevel.Information, "{Count} aliases had keys and no row an hour after their first start: their keys were destroyed.")]
    private partial void LogUnusedDropped(int count);

    [LoggerMessage(EventIds.SweepFailed, LogLevel.Warning, "Rows past their window could not be removed ({Error}).")]
    private partial void LogSweepFailed(string error);
}
