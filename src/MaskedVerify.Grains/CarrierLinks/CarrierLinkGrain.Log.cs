using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.CarrierLinks;

internal sealed partial class CarrierLinkGrain
{
    [LoggerMessage(EventIds.LinkTaken, LogLevel.Information, "Bind {Link} is held by {Holder} with fence {Fence}.")]
    private partial void LogTaken(string link, string holder, long fence);

    [LoggerMessage(EventIds.LinkReleased, LogLevel.Information, "Bind {Link} was given back by {Holder} with fence {Fence}.")]
    private partial void LogReleased(string link, string holder, long fence);
}
