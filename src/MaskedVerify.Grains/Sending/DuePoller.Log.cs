using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

internal sealed partial class DuePoller
{
    [LoggerMessage(EventIds.DuePollFailed, LogLevel.Warning, "Due steps could not be claimed ({Error}): the hot store does not answer as it should.")]
    private partial void LogPollFailed(string error);

    [LoggerMessage(EventIds.ResumeFailed, LogLevel.Warning, "The due step of {Verification} failed ({Error}); it is tried again within a minute.")]
    private partial void LogResumeFailed(VerificationId verification, string error);

    [LoggerMessage(EventIds.DueGivenUp, LogLevel.Warning, "A due step of {Alias} failed for a day and is given up: its verification ends with the next command that reaches the alias.")]
    private partial void LogGivenUp(AliasId alias);
}
