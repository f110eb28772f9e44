using Microsoft.Extensions.Logging;

namespace MaskedVerify.Carriers.Smpp.Receipts;

internal sealed partial class ReceiptInbox
{
    [LoggerMessage(EventIds.SmppInboundDropped, LogLevel.Information, "Carrier {Carrier} delivered a message that is no receipt; it was taken and dropped.")]
    private partial void LogInbound(string carrier);

    [LoggerMessage(EventIds.SmppReceiptWithoutId, LogLevel.Warning, "Carrier {Carrier} sent a receipt that names no message; it was taken and dropped.")]
    private partial void LogNoId(string carrier);

    [LoggerMessage(EventIds.SmppLateAnswerNotStored, LogLevel.Warning, "The message id of a late answer of carrier {Carrier} could not be stored: receipts of that message will find nothing.")]
    private partial void LogLateNotStored(Exception exception, string carrier);

    [LoggerMessage(EventIds.SmppReceiptNotStored, LogLevel.Warning, "A receipt of carrier {Carrier} could not be stored; the centre is asked to send it again.")]
    private partial void LogNotStored(Exception exception, string carrier);
}
