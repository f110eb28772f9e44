namespace MaskedVerify.Storage;

/// <summary>What became of a COMMIT whose answer was lost.</summary>
internal sealed partial class ServerBatchWriter
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks over new connections, for as long as is worth waiting. One answer speaks for all items: they share a transaction.</summary>
    private async Task<bool?> LookUpAsync(List<ServerItem> batch, string name)
    {
        var started = time.GetTimestamp();
        do
        {
            try
            {
                await using var session = new ServerSession(database);
                var (known, written) = await AskServerAsync(session, name);
                if (known)
                {
                    return written == true ? await AskItemsAsync(session, batch) : written;
                }
            }
            catch (Exception error)
            {
                LogNotAsked(database.Name, database.Dialect.Describe(error));
            }

            await Task.Delay(s_lookAgain, time, CancellationToken.None);
        }
        while (time.GetElapsedTime(started) < options.LookUpTimeout);

        database.LookedUp?.Invoke();
        return null;
    }

    private static async Task<(bool Known, bool? Written)> AskServerAsync(ServerSession session, string name)
    {
        string? answer = null;
        await session.RunAsync(
            [new ServerCall(ServerStatement.TransactionOutcome, row => answer = row.IsDBNull(0) ? null : row.GetString(0), ServerArgument.Of("name", name))]);
        return answer switch
        {
            "committed" => (true, true),
            "aborted" => (true, false),
            null => (true, null),
            _ => (false, null),
        };
    }

    /// <summary>
    /// A server that died before it wrote the transaction's name down gives the name to another one, and may speak of that: it committed only if what it wrote is
    /// there. An aborted one needs no such proof, for a name that was given again is one whose transaction is lost.
    /// </summary>
    private static async Task<bool?> AskItemsAsync(ServerSession session, List<ServerItem> batch)
    {
        foreach (var item in batch)
        {
            if (await item.WasWrittenAsync(session) is { } written)
            {
                return written;
            }
        }

        return null;
    }
}
