using System.Diagnostics;
using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>kill -9 of a random silo every few seconds, under load; it comes back on the same data folder.</summary>
internal sealed class KillRow : IChaosRow
{
    private const int LeastKills = 2;
    private const int Resenders = 6;

    /// <summary>Pass mark of the list of faults, for the short version too.</summary>
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(15);

    /// <summary>An answer that comes so long after a kill was held up by it.</summary>
    private static readonly TimeSpan s_heldUp = TimeSpan.FromSeconds(1);

    public int Number => 1;

    public string Title => "kill -9 of a random silo";

    /// <summary>Longer than the pause that is demanded before a resend.</summary>
    public TimeSpan Short => TimeSpan.FromSeconds(13);

    public async Task RunAsync(ChaosRun run)
    {
        await run.UnderLoadAsync(run.IsLong ? 24 : 12, () => KillAsync(run), beside: [(Resenders, JourneyTerms.Resending), .. run.Expiring]);
        var recovery = run.Report.Recovery(0.99);
        run.Report.Require(recovery < s_recovery, $"Interrupted commands took {recovery.TotalSeconds:F1} s at p99; less than {s_recovery.TotalSeconds} s are allowed.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("commands never answered") == 0, "Some commands were never answered.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("verifications approved") > 0, "Nobody was verified.");
        foreach (var what in new[] { "resends", "cancels" })
        {
            run.Report.Require(run.Report.Counts.GetValueOrDefault($"{what} acknowledged") > 0, $"No {what} were acknowledged.");
            run.Report.Require(!run.IsLong || run.Report.Counts.GetValueOrDefault($"{what} interrupted and acknowledged") > 0, $"The kills interrupted no {what}.");
        }

        run.Report.Require(run.Expiring.Count == 0 || run.Report.Counts.GetValueOrDefault("right codes presented after their end") > 0, "No code was presented after its end.");
        run.Report.Require(HasInterrupted(run), "The kills interrupted nothing: this proves nothing.");
    }

    private static bool HasInterrupted(ChaosRun run) => run.Report.Counts.GetValueOrDefault("calls interrupted by a kill") + run.Report.Counts.GetValueOrDefault("calls held up by a kill") > 0;

    // On a quiet machine a call takes milliseconds: go on until a kill has met one, within a limit.
    private static async Task KillAsync(ChaosRun run)
    {
        var watch = Stopwatch.StartNew();
        for (var kills = 0; kills < LeastKills || watch.Elapsed < run.Duration || (!HasInterrupted(run) && watch.Elapsed < run.Duration + TimeSpan.FromSeconds(60)); kills++)
        {
            await Task.Delay(run.Random.Next(1_000, run.IsLong ? 8_000 : 2_000));
            var silo = run.Cluster.Silos[run.Random.Next(run.Cluster.Silos.Count)];
            run.Say($"kill -9 {silo.Name}");
            await BusyAsync(run, silo.Public!);
            var (calls, at) = (run.InFlight.Now, run.Cluster.Clock.Now);
            await silo.KillAsync();
            run.Lost();
            run.Report.Count("kills");
            await Task.WhenAll(Task.WhenAll(calls.Select(c => CountAsync(run, c, at))), Task.Delay(run.Random.Next(200, run.IsLong ? 3_000 : 1_000)));
            await silo.StartAsync();
        }
    }

    // Until the front of the victim has somebody waiting.
    private static async Task BusyAsync(ChaosRun run, string front)
    {
        for (var i = 0; i < 1_000 && run.InFlight.To(front) == 0; i++)
            await Task.Delay(1);
    }

    private static async Task CountAsync(ChaosRun run, CallInFlight call, DateTimeOffset killedAt)
    {
        var (end, at) = await call.Over;
        run.Report.Count("calls in flight at a kill");
        if (end == OpEnd.Unknown)
        {
            run.Report.Count("calls interrupted by a kill");
        }
        else if (at - killedAt > s_heldUp)
        {
            // Whoever was asked went on with another silo.
            run.Report.Count("calls held up by a kill");
            run.Report.Recovered(at - call.Invoked);
        }
    }
}
