using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

internal sealed partial class KeyReservations
{
    [LoggerMessage(EventIds.KeyReservationVoided, LogLevel.Warning, "A commit in the database {Database} held an idempotency key and did not end; it is void now and the key is free")]
    private partial void LogVoided(string database);
}
