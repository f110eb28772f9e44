using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

internal sealed partial class AttemptReporter
{
    [LoggerMessage(EventIds.AttemptReportFailed, LogLevel.Error, "The result of an attempt of {Verification} could not be reported ({Error}): it becomes unknown.")]
    private partial void LogReportFailed(VerificationId verification, string error);

    [LoggerMessage(EventIds.AttemptNotAsked, LogLevel.Warning, "Whether an attempt of {Verification} is still to be sent could not be asked ({Error}): it is not sent.")]
    private partial void LogNotAsked(VerificationId verification, string error);
}
