namespace MaskedVerify.Front.Vault;

internal sealed partial class VaultCalls
{
    [LoggerMessage(EventIds.VaultCallFailed, LogLevel.Warning, "A grain call ended with {Kind}")]
    private partial void LogFailed(string kind);

    [LoggerMessage(EventIds.VaultCallFailedUnexpectedly, LogLevel.Error, "A grain call ended unexpectedly with {Kind}")]
    private partial void LogFailedUnexpectedly(Exception exception, string kind);

    [LoggerMessage(EventIds.VaultCallRetried, LogLevel.Information, "A command without an answer is repeated with the same command id")]
    private partial void LogRetried();
}
