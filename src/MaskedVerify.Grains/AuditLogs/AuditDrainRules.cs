using MaskedVerify.Domain;

namespace MaskedVerify.Grains.AuditLogs;

/// <summary>How much is moved from an audit outbox into its log, and when. Pure.</summary>
internal static class AuditDrainRules
{
    /// <summary>Most events of one transaction: some milliseconds of a writer's time.</summary>
    internal const int Batch = 500;

    /// <summary>While commits wait, events may wait with them so long.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>While commits wait, so many events may wait with them.</summary>
    internal const int PatientEvents = 5_000;

    /// <summary>Pause between two full batches.</summary>
    internal static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest pause after failures.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many events to move now. Commits that wait go first, but only until events are too many or too old: then the drain takes its share however busy the
    /// database is, so the outbox stays within what comes in during <see cref="Patience"/>.
    /// </summary>
    internal static int Take(AuditBacklog backlog, DateTimeOffset now)
    {
        if (backlog.Events <= 0 || backlog.OldestAt is not { } oldest)
            return 0;

        // A clock that was set back makes the oldest an event of the future: it is as good as old.
        var age = now - oldest;
        return backlog.Writes > 0 && age >= TimeSpan.Zero && age < Patience && backlog.Events < PatientEvents ? 0 : Batch;
    }

    /// <summary>Pause after a batch: short while there is more.</summary>
    /// <param name="moved">Events that it moved.</param>
    /// <param name="interval">Pause while little or nothing waits.</param>
    internal static TimeSpan PauseAfter(int moved, TimeSpan interval) => moved >= Batch ? Breath : interval;

    /// <summary>Pause after a failure: twice the last one, at most <see cref="LongestPause"/>.</summary>
    internal static TimeSpan PauseAfterFailure(TimeSpan last, TimeSpan interval)
    {
        var doubled = last < interval ? interval : last * 2;
        return doubled < LongestPause ? doubled : LongestPause;
    }
}
