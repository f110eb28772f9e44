using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>
/// Moves audit events from the outbox into the log on a server engine. Outbox numbers are given before the commit, so a lower one may become visible after a
/// higher one; log numbers are given here, by one process at a time, and have no gaps. An alias commits one event after the other: the first was visible
/// before the second got its number, so whoever sees the second in a snapshot sees the first, or has moved it, and moves the lower number first.
/// </summary>
internal static class HotServerAudits
{
    /// <summary>Moves at most so many in one transaction; 0 also while another process is at it.</summary>
    public static async ValueTask<int> DrainAsync(ServerDatabase database, int max)
    {
        await using var session = new ServerSession(database);
        await session.BeginAsync();
        try
        {
            return await DrainAsync(database, session, max);
        }
        catch
        {
            await session.RollbackAsync();
            throw;
        }
    }

    public static ServerCall Backlog(int writes, Action<AuditBacklog> found) => new(
        ServerStatement.ReadAuditBacklog,
        row => found(row.IsDBNull(1) ? new AuditBacklog(0, null, writes) : new AuditBacklog(Math.Max(1, row.GetInt64(0)), row.Time(1), writes)));

    private static async Task<int> DrainAsync(ServerDatabase database, ServerSession session, int max)
    {
        // A statement of its own: what it waits for must be done before the snapshot of the move is taken.
        var mine = false;
        await session.RunAsync([new ServerCall(ServerStatement.LockAudits, _ => mine = true)]);
        if (!mine)
        {
            await session.RollbackAsync();
            return 0;
        }

        var moved = 0L;
        await session.RunAsync([new ServerCall(ServerStatement.MoveAudits, row => moved = row.GetInt64(0), ServerArgument.Of("most", max))]);
        await (database.CommitStarting?.Invoke() ?? Task.CompletedTask);
        await session.CommitAsync();
        await (database.CommitEnded?.Invoke() ?? Task.CompletedTask);
        return (int)moved;
    }
}
