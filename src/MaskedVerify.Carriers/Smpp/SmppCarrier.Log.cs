using Microsoft.Extensions.Logging;

namespace MaskedVerify.Carriers.Smpp;

internal sealed partial class SmppCarrier
{
    [LoggerMessage(EventIds.SmppBound, LogLevel.Information, "Carrier {Carrier} is bound to {Host}:{Port}, window {Window}.")]
    private partial void LogBound(string carrier, string host, int port, int window);

    [LoggerMessage(EventIds.SmppConnectFailed, LogLevel.Warning, "Carrier {Carrier} is not reached at {Host}:{Port} ({Reason}). It is tried again.")]
    private partial void LogUnreachable(string carrier, string host, int port, string reason);

    [LoggerMessage(EventIds.SmppBindRefused, LogLevel.Warning, "Carrier {Carrier} is not bound to {Host}:{Port}: {Reason}. It is tried again.")]
    private partial void LogRefused(string carrier, string host, int port, string reason);

    [LoggerMessage(EventIds.SmppCredentialsRefused, LogLevel.Error, "Carrier {Carrier} is not bound to {Host}:{Port}: {Reason}. Check Smpp:SystemId, Smpp:Password and Smpp:SystemType, and that the carrier allows this address.")]
    private partial void LogCredentials(string carrier, string host, int port, string reason);

    [LoggerMessage(EventIds.SmppSessionEnded, LogLevel.Warning, "The session of carrier {Carrier} is over: {Reason}. It is connected again.")]
    private partial void LogEnded(string carrier, string reason);

    [LoggerMessage(EventIds.SmppStopped, LogLevel.Information, "Carrier {Carrier} is stopped.")]
    private partial void LogStopped(string carrier);

    [LoggerMessage(EventIds.SmppUnencrypted, LogLevel.Warning, "Carrier {Carrier} at {Host}:{Port} is spoken to without TLS: whoever sits between can read the password, numbers and codes. Set Smpp:Tls:Enabled=true, or reach it through a VPN.")]
    private partial void LogExposed(string carrier, string host, int port);

    [LoggerMessage(EventIds.SmppConnectLoopFailed, LogLevel.Error, "Connecting carrier {Carrier} failed in an unexpected way. It is tried again.")]
    private partial void LogLoopFailed(Exception exception, string carrier);
}
