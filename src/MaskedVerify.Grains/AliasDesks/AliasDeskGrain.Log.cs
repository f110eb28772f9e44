using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.AliasDesks;

/// <summary>Log lines.</summary>
internal sealed partial class AliasDeskGrain
{
    [LoggerMessage(EventIds.DeskFailed, LogLevel.Warning, "A command could not be carried out ({Error}). The caller was told to try again.")]
    private partial void LogFailed(string error);
}
