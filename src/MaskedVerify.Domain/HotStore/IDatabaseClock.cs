namespace MaskedVerify.Domain;

/// <summary>The clock that all silos of a cluster have in common.</summary>
public interface IDatabaseClock
{
    /// <summary>The database's time now, read as late as possible; null when the engine has no clock of its own (one process, one machine).</summary>
    /// <exception cref="StorageUnavailableException">It does not answer.</exception>
    ValueTask<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken = default);
}
