using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.RouteTables;

internal sealed partial class RouteTableGrain
{
    [LoggerMessage(EventIds.RouteTableReplaced, LogLevel.Information, "The route table has version {Version} with {Count} routes.")]
    private partial void LogReplaced(long version, int count);

    [LoggerMessage(EventIds.RouteTableSeeded, LogLevel.Information, "The route table took the routes of the sandbox: version {Version} with {Count} routes.")]
    private partial void LogSeeded(long version, int count);
}
