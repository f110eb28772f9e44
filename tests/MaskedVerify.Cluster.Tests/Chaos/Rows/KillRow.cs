using System.Diagnostics;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>kill -9 of a random silo every few seconds, under load; it comes back on the same data folder.</summary>
internal sealed class KillRow : IChaosRow
{
    private const int MostRounds = 3;

    public int Number => 1;

    public string Title => "kill -9 of a random silo";

    public TimeSpan Short => TimeSpan.FromSeconds(14);

    public async Task RunAsync(ChaosRun run)
    {
        // On a quiet machine a call takes milliseconds, and a kill may meet none.
        for (var round = 0; round < MostRounds && !HasInterrupted(run); round++)
        {
            await run.UnderLoadAsync(24, () => KillAsync(run));
        }

        var limit = TimeSpan.FromSeconds(run.IsLong ? 15 : 40);
        run.Report.Require(run.Report.Recovery(0.99) < limit, $"Interrupted commands took {run.Report.Recovery(0.99).TotalSeconds:F1} s at p99; at most {limit.TotalSeconds} s are allowed.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("verifications approved") > 0, "Nobody was verified.");
        run.Report.Require(HasInterrupted(run) || !run.IsLong, "The kills interrupted nothing.");
    }

    private static bool HasInterrupted(ChaosRun run) => run.Report.Counts.GetValueOrDefault("calls of unknown end") > 0;

    private static async Task KillAsync(ChaosRun run)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < run.Duration)
        {
            await Task.Delay(run.Random.Next(1_500, run.IsLong ? 8_000 : 3_000));
            var silo = run.Cluster.Silos[run.Random.Next(run.Cluster.Silos.Count)];
            run.Say($"kill -9 {silo.Name}");
            await silo.KillAsync();
            run.Report.Count("kills");
            await Task.Delay(run.Random.Next(200, 3_000));
            await silo.StartAsync();
        }
    }
}
