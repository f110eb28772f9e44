using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.FrontDesks;

internal sealed partial class FrontTermsCopy
{
    [LoggerMessage(EventIds.FrontTermsTaken, LogLevel.Information, "The front tag key was received from a vault: newest version {Version}, {Count} live.")]
    private partial void LogTaken(int version, int count);

    [LoggerMessage(EventIds.FrontTermsFailed, LogLevel.Warning, "No vault silo answers this front ({Error}); it asks again.")]
    private partial void LogFailed(string error);
}
