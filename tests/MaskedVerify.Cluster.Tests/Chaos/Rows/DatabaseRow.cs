using System.Diagnostics;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>The database is killed, stopped in order, or stands still, and comes back.</summary>
internal sealed class DatabaseRow : IChaosRow
{
    private static readonly string[] s_kinds = ["killed", "frozen", "stopped"];

    public int Number => 2;

    public string Title => "database killed, frozen, stopped";

    public TimeSpan Short => TimeSpan.FromSeconds(10);

    public async Task RunAsync(ChaosRun run)
    {
        await run.UnderLoadAsync(12, () => AwayAsync(run));
        await DrainedAsync(run);
        run.Report.Require(run.Report.Counts.GetValueOrDefault("answers 503 unavailable") > 0, "Nobody was told that the service is unavailable.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("verifications approved") > 0, "Nobody was verified.");
    }

    private static async Task AwayAsync(ChaosRun run)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; watch.Elapsed < run.Duration; i++)
        {
            await Task.Delay(1_500);
            var kind = s_kinds[i % s_kinds.Length];
            var away = TimeSpan.FromSeconds(run.IsLong ? run.Random.Next(5, 61) : 3);
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
            await Task.Delay(1_500);
        }
    }

    // Whatever should have been done meanwhile is done now.
    private static async Task DrainedAsync(ChaosRun run)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var late = TimeProvider.System.GetUtcNow().AddSeconds(-20).UtcTicks;
            var due = await run.Cluster.Database.ScalarAsync<long>($"SELECT count(*) FROM hot.due WHERE due_at < {late}");
            var receipts = await run.Cluster.Database.ScalarAsync<long>("SELECT count(*) FROM hot.receipts WHERE pending = 1");
            if (due == 0 && receipts == 0)
                return;
            if (watch.Elapsed > TimeSpan.FromMinutes(1))
            {
                run.Report.Violate($"After a minute {due} overdue steps and {receipts} receipts are still waiting.");
                return;
            }

            await Task.Delay(500);
        }
    }
}
