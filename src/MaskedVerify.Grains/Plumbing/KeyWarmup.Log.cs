using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Plumbing;

internal sealed partial class KeyWarmup
{
    [LoggerMessage(EventIds.WarmupFailed, LogLevel.Warning, "The region's keys could not be loaded yet ({Error}); it is tried again.")]
    private partial void LogFailed(string error);
}
