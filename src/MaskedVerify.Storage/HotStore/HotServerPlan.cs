using System.Collections.Concurrent;

namespace MaskedVerify.Storage;

/// <summary>
/// Items of the hot store as statements. First everything in one round trip, in the belief that every item wins; if one lost, the transaction is undone and runs
/// step by step: keys and caps, states of those who may write, side rows of those who won.
/// </summary>
internal sealed class HotServerPlan : IServerPlan
{
    private readonly ConcurrentDictionary<string, int> _tables = new(StringComparer.Ordinal);

    public async ValueTask RunAsync(ServerSession session, IReadOnlyList<ServerItem> items, ServerCall last)
    {
        List<StateItem> states = [.. items.OfType<StateItem>()];
        List<ReportItem> reports = [.. items.OfType<ReportItem>()];
        await NameTablesAsync(session, states);
        if (!await RunAtOnceAsync(session, states, reports, last))
        {
            await session.RollbackAsync();
            await session.BeginAsync();
            await RunStepwiseAsync(session, states, reports, last);
        }
    }

    private async ValueTask<bool> RunAtOnceAsync(ServerSession session, List<StateItem> states, List<ReportItem> reports, ServerCall last)
    {
        var batch = new HotServerStates(states, _tables);
        var rows = SideRows(states, reports);
        List<ServerCall> calls = [];
        batch.AddKeyCalls(calls);
        batch.AddGuardCalls(calls);
        batch.AddStateCalls(calls, static _ => true);
        rows.AddCalls(calls);
        rows.Receipts.Next(calls);
        calls.Add(last);
        await session.RunAsync(calls);
        if (!batch.Judge())
        {
            return false;
        }

        await FinishAsync(session, rows.Receipts);
        return true;
    }

    private async ValueTask RunStepwiseAsync(ServerSession session, List<StateItem> states, List<ReportItem> reports, ServerCall last)
    {
        var batch = new HotServerStates(states, _tables);
        List<ServerCall> calls = [];
        batch.AddKeyCalls(calls);
        batch.AddGuardCalls(calls);
        await session.RunAsync(calls);
        calls.Clear();
        batch.AddStateCalls(calls, batch.MayWrite);
        await session.RunAsync(calls);
        calls.Clear();
        batch.Judge();
        batch.AddDropCalls(calls);
        var rows = SideRows(states.FindAll(item => item.Status == Domain.CommitStatus.Committed), reports);
        rows.AddCalls(calls);
        rows.Receipts.Next(calls);
        calls.Add(last);
        await session.RunAsync(calls);
        await FinishAsync(session, rows.Receipts);
    }

    private static async ValueTask FinishAsync(ServerSession session, HotServerReceipts receipts)
    {
        List<ServerCall> calls = [];
        for (var round = 1; ; round++)
        {
            receipts.RoundEnded(round);
            calls.Clear();
            if (!receipts.Next(calls))
            {
                return;
            }

            await session.RunAsync(calls);
        }
    }

    private static HotServerSideRows SideRows(List<StateItem> states, List<ReportItem> reports)
    {
        var rows = new HotServerSideRows();
        states.ForEach(item => rows.Add(item.Commit.SideRows));
        reports.ForEach(rows.Receipts.Report);
        return rows;
    }

    // A name that a rolled back transaction took with it must not be remembered: they are added in one of their own.
    private async ValueTask NameTablesAsync(ServerSession session, List<StateItem> states)
    {
        List<string> missing = [.. states.Select(item => item.Commit.Table).Where(table => !_tables.ContainsKey(table)).Distinct(StringComparer.Ordinal)];
        if (missing.Count == 0)
        {
            return;
        }

        await session.RollbackAsync();
        await session.RunAsync([new ServerCall(ServerStatement.NameTables, null, ServerArgument.Of("name", missing))]);
        await session.RunAsync([new ServerCall(ServerStatement.FindTables, row => _tables[row.GetString(1)] = row.GetInt32(0), ServerArgument.Of("name", missing))]);
        await session.BeginAsync();
    }
}
