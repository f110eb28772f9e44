using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Plumbing;

internal sealed partial class GrainCallGuard
{
    [LoggerMessage(EventIds.CallFailed, LogLevel.Error, "{Interface}.{Method} failed: {Types}\n{Stack}")]
    private partial void LogCallFailed(string @interface, string method, string types, string? stack);

    [LoggerMessage(EventIds.CallRefused, LogLevel.Error, "{Interface}.{Method} was refused: a silo called it whose role may not.")]
    private partial void LogCallRefused(string @interface, string method);
}
