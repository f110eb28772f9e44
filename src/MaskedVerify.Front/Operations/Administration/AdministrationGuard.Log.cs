namespace MaskedVerify.Front.Operations.Administration;

internal static partial class AdministrationGuard
{
    [LoggerMessage(EventIds.Unavailable, LogLevel.Warning, "{Operation} could not be done: {Exception}")]
    private static partial void LogUnavailable(ILogger logger, string operation, string exception);
}
