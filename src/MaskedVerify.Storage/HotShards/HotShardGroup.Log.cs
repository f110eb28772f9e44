using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

internal sealed partial class HotShardGroup
{
    [LoggerMessage(EventIds.HotShardAway, LogLevel.Error, "The hot database {Database} does not answer: its aliases are unavailable and the others go on. {Reason}")]
    private partial void LogAway(string database, string reason);

    [LoggerMessage(EventIds.HotShardBack, LogLevel.Warning, "The hot database {Database} answers again")]
    private partial void LogBack(string database);
}
