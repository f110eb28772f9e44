namespace MaskedVerify.Front.Operations.Administration;

internal static partial class RouteAdministration
{
    [LoggerMessage(EventIds.RoutesReplaced, LogLevel.Warning, "The routes were replaced: version {Version}, {Count} routes")]
    private static partial void LogReplaced(ILogger logger, long version, int count);
}
