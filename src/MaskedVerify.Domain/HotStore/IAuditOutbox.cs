namespace MaskedVerify.Domain;

/// <summary>
/// The audit events that commits left in the hot store, on their way to its numbered, append-only log. In the log the events of a part
/// (<see cref="AuditShards"/>) are numbered from 1 without gaps. Every method may throw <see cref="StorageUnavailableException"/>.
/// </summary>
public interface IAuditOutbox
{
    /// <summary>Short name of the database, for logs and metrics: <c>hot</c>.</summary>
    string Database { get; }

    /// <summary>
    /// Moves the oldest waiting events, at most <paramref name="max"/> (1 or more), in one transaction: each is afterwards in the log and no more in the
    /// outbox, or nothing has changed. Events of one alias keep the order of its commits. Returns how many were moved; 0 also when another process is draining
    /// it now. After an exception it may have happened or not; calling again is right in either case.
    /// </summary>
    ValueTask<int> DrainAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>What waits; costs two look-ups, however much it is.</summary>
    ValueTask<AuditBacklog> ReadBacklogAsync(CancellationToken cancellationToken = default);
}

/// <summary>What waits in an audit outbox.</summary>
/// <param name="Events">How many at most: numbers that were given to commits which did not happen are counted with them. 0 when nothing waits.</param>
/// <param name="OldestAt">When the first of them happened; null when nothing waits.</param>
/// <param name="Writes">Commits of this process that wait for the database now.</param>
public readonly record struct AuditBacklog(long Events, DateTimeOffset? OldestAt, int Writes);
