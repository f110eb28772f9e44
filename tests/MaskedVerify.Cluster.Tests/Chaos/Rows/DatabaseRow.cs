using System.Diagnostics;
using MaskedVerify.Cluster.Tests.Chaos.Running;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>The database is killed, stopped in order, or stands still, and comes back.</summary>
internal sealed class DatabaseRow : IChaosRow
{
    private static readonly string[] s_kinds = ["killed", "frozen", "stopped"];

    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(2.5);

    /// <summary>A carrier's connection is given up when its lease of 15 s cannot be renewed.</summary>
    private static readonly TimeSpan s_beyondTheLease = TimeSpan.FromSeconds(25);

    /// <summary>Of the list of faults.</summary>
    private static readonly TimeSpan s_aMinute = TimeSpan.FromSeconds(60);

    public int Number => 2;

    public string Title => "database killed, frozen, stopped";

    public TimeSpan Short => TimeSpan.Zero;

    public async Task RunAsync(ChaosRun run)
    {
        var from = run.Written();
        await run.UnderLoadAsync(12, () => AwayAsync(run), beside: run.Expiring);
        await DrainedAsync(run);
        JudgeEvents(run, from);

        // No silo is lost in this row: each of them answers, whatever it has to say.
        run.Report.Require(run.Report.Counts.GetValueOrDefault("answers none") == 0, "Some calls got no answer at all.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("answers 503 unavailable") > 0, "Nobody was told that the service is unavailable.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("verifications approved") > 0, "Nobody was verified.");

        // The carrier was well all the time.
        run.Report.Require(run.Report.Counts.GetValueOrDefault("verifications undeliverable") == 0, "Verifications ended as undeliverable, because the database was away.");
    }

    // Whatever an exception of ours became on its way out, it is no 500 any more: only the silos' own words tell.
    private static void JudgeEvents(ChaosRun run, IReadOnlyList<int> from)
    {
        foreach (var line in run.Events(from, ServerLog.RequestFailed, ServerLog.VaultCallFailedUnexpectedly, ServerLog.CallFailed))
            run.Report.Violate("A fault of ours: " + line);
    }

    // Each kind at least once.
    private static async Task AwayAsync(ChaosRun run)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < s_kinds.Length || watch.Elapsed < run.Duration; i++)
        {
            await Task.Delay(run.IsLong ? 3_000 : 1_000);
            var kind = s_kinds[i % s_kinds.Length];
            var away = !run.IsLong ? s_short : i == 0 ? s_beyondTheLease : i == 1 ? s_aMinute : TimeSpan.FromSeconds(run.Random.Next(5, 61));
            run.Say($"database {kind} for {away.TotalSeconds} s");
            await (kind switch { "killed" => run.Cluster.Server.KillAsync(), "frozen" => run.Cluster.Server.FreezeAsync(), _ => run.Cluster.Server.StopAsync() });
            try
            {
                await Task.Delay(away);
            }
            finally
            {
                await (kind == "frozen" ? run.Cluster.Server.ThawAsync() : run.Cluster.Server.LaunchAsync());
            }

            run.Report.Count("database " + kind);
            if (away >= s_beyondTheLease)
                run.Report.Count("database away for longer than a carrier's lease");
            if (away >= s_aMinute)
                run.Report.Count("database away for a minute");
        }

        await Task.Delay(run.IsLong ? 5_000 : 1_000);
    }

    // Whatever should have been done meanwhile is done now.
    private static async Task DrainedAsync(ChaosRun run)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var late = TimeProvider.System.GetUtcNow().AddSeconds(-5).UtcTicks;
            var due = await run.Cluster.Database.ScalarAsync<long>($"SELECT count(*) FROM hot.due WHERE due_at < {late}");
            var receipts = await run.Cluster.Database.ScalarAsync<long>("SELECT count(*) FROM hot.receipts WHERE pending = 1");
            var audit = await run.Cluster.Database.ScalarAsync<long>("SELECT count(*) FROM hot.audit_outbox");
            if (due == 0 && receipts == 0 && audit == 0)
                return;
            if (watch.Elapsed > TimeSpan.FromMinutes(1))
            {
                run.Report.Violate($"After a minute {due} overdue steps, {receipts} receipts and {audit} audit events are still waiting.");
                return;
            }

            await Task.Delay(500);
        }
    }
}
