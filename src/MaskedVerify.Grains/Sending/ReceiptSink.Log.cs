using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

internal sealed partial class ReceiptSink
{
    [LoggerMessage(EventIds.ReceiptApplyFailed, LogLevel.Warning, "A receipt of {Verification} could not be applied ({Error}); it is tried again.")]
    private partial void LogApplyFailed(VerificationId verification, string error);

    [LoggerMessage(EventIds.ReceiptSetAside, LogLevel.Warning, "A receipt of {Alias} could not be applied for a day and is set aside: its attempt keeps the state it has.")]
    private partial void LogSetAside(AliasId alias);

    [LoggerMessage(EventIds.ReceiptAmbiguous, LogLevel.Warning, "The ids in a receipt of carrier {Carrier} belong to several messages: it is applied to none. Check the carrier's MessageIdFormat.")]
    private partial void LogAmbiguous(CarrierId carrier);

    [LoggerMessage(EventIds.ReceiptPollFailed, LogLevel.Warning, "Receipts that wait could not be looked for ({Error}).")]
    private partial void LogPollFailed(string error);
}
