using Microsoft.Extensions.Logging;

namespace MaskedVerify.Carriers.Sandbox;

internal sealed partial class SandboxReceipts
{
    [LoggerMessage(EventIds.SandboxReceiptRetried, LogLevel.Debug, "The sandbox receipt of message {MessageId} could not be stored (try {Try}); it is tried again.")]
    private partial void LogRetry(Exception exception, string messageId, int @try);

    [LoggerMessage(EventIds.SandboxReceiptLost, LogLevel.Warning, "The sandbox receipt of message {MessageId} is lost after {Tries} tries to store it.")]
    private partial void LogLost(Exception exception, string messageId, int tries);

    [LoggerMessage(EventIds.SandboxReceiptsFull, LogLevel.Warning, "{Max} sandbox receipts wait already: further ones are dropped. The receipt sink is slower than the load; Sandbox:MaxWaitingReceipts raises the bound, Sandbox:Receipts=false turns receipts off.")]
    private partial void LogDropped(int max);
}
