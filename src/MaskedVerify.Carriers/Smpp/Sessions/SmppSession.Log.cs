using Microsoft.Extensions.Logging;

namespace MaskedVerify.Carriers.Smpp.Sessions;

internal sealed partial class SmppSession
{
    [LoggerMessage(EventIds.SmppProtocolFault, LogLevel.Warning, "Carrier {Carrier} broke the protocol ({Kind}); further faults of this session are only counted.")]
    private partial void LogFault(string carrier, string kind);

    [LoggerMessage(EventIds.SmppLateAnswer, LogLevel.Warning, "Carrier {Carrier} answered a submit {Milliseconds} ms after its deadline; {Use}.")]
    private partial void LogLateAnswer(string carrier, long milliseconds, string use);

    [LoggerMessage(EventIds.SmppThrottled, LogLevel.Warning, "Carrier {Carrier} throttles: no submit for {Milliseconds} ms.")]
    private partial void LogThrottled(string carrier, long milliseconds);

    [LoggerMessage(EventIds.SmppLoopFailed, LogLevel.Error, "A loop of carrier {Carrier} failed; the session is ended. This is a defect of MaskedVerify.")]
    private partial void LogLoopFailed(Exception exception, string carrier);
}
