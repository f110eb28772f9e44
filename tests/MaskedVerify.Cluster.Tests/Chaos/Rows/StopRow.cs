using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Chaos.Running;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>
/// SIGSTOP a silo until the others have taken its grains over, then CONT. Requests that were sent to the sleeping silo wait in its sockets: when it wakes up it
/// judges them with the old state, and its writes must be refused.
/// </summary>
internal sealed class StopRow : IChaosRow
{
    private const int Sleepers = 60;

    /// <summary>The row had another version: not an exception of the database.</summary>
    private const string NoFault = "Fault: none";
    private const string Refused = "stale writes refused";

    /// <summary>A silo that finds out that it was given up before it has judged anything proves nothing: another one is stopped, so many times at most.</summary>
    private const int MostRounds = 4;

    public int Number => 3;

    public string Title => "SIGSTOP a silo, then CONT";

    public TimeSpan Short => TimeSpan.FromSeconds(1);

    public async Task RunAsync(ChaosRun run)
    {
        var rounds = 0;
        for (var begin = run.Cluster.Clock.Now; rounds == 0 || run.Cluster.Clock.Now - begin < run.Duration || (rounds < MostRounds && run.Report.Counts.GetValueOrDefault(Refused) == 0); rounds++)
            await RoundAsync(run, rounds);
        run.Report.Require(run.Report.Counts.GetValueOrDefault(Refused) > 0, "Whoever woke up tried to write nothing: this proves nothing.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("verifications approved") > 0, "Nobody was verified.");
    }

    private static async Task RoundAsync(ChaosRun run, int round)
    {
        var auditFrom = await run.LastAuditAsync();
        var victim = run.Cluster.Silos[run.Random.Next(run.Cluster.Silos.Count)];
        using var anywhere = run.Verifier();
        var histories = await StartAllAsync(run, anywhere, round);
        run.Report.Require(histories.Count >= Sleepers * 2 / 3, $"Only {histories.Count} of {Sleepers} messages reached the centre.");
        var address = victim.Public!;
        using var pinned = run.Verifier(fronts: () => [address], patience: 120);
        var (awakeFrom, ended) = (0, false);

        await run.UnderLoadAsync(4, async () =>
        {
            run.Say($"SIGSTOP {victim.Name}");
            victim.Hide(true);
            await victim.Process.SignalAsync("STOP");
            run.Lost();
            var asleep = Task.WhenAll(histories.Select(h => TryAsync(run, pinned, h, "asleep", repeats: false)));
            run.Report.Count("silos stopped");

            // Most are judged at once by the others; the grains of the sleeper when they have been taken over.
            await Task.Delay(TimeSpan.FromSeconds(run.IsLong ? 60 : 1));
            await Task.WhenAll(histories.Select(h => TryAsync(run, anywhere, h, "awake", repeats: true)));
            run.Say($"CONT {victim.Name}");
            awakeFrom = victim.Output.Length;
            await victim.Process.SignalAsync("CONT");
            await asleep;
            ended = !await victim.IsReadyOrEndedAsync();
        }, beside: run.Expiring);

        run.Count(pinned);
        run.Count(anywhere);
        await run.JudgeAsync(histories, auditFrom);
        run.Report.Count(Refused, ServerLog.Lines(victim.Output, awakeFrom, ServerLog.AliasConflict).Count(l => l.Contains(NoFault, StringComparison.Ordinal)));
        run.Report.Count(ended ? "silos that ended after they woke up" : "silos that went on after they woke up");
        var twice = histories.Count(h => h.ToHistory(run.Cluster.Messages).Commands(OpKind.Check).Count(c => c.MayHaveHappened) > 1);
        run.Report.Count("codes presented to both sides", twice);
    }

    private static async Task<IReadOnlyList<HistoryRecorder>> StartAllAsync(ChaosRun run, HttpVerifier verifier, int round)
    {
        var histories = Enumerable.Range(0, Sleepers).Select(i => new HistoryRecorder($"r3-{run.Seed}-{round}-sleeper-{i}", Numbers.Next(), "rotate", 0)).ToArray();
        await Parallel.ForEachAsync(histories, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (history, _) =>
        {
            await RecordAsync(run, verifier, history, new OpCall(OpKind.Start, history.Name + "-start") { Number = history.Number, ResendPolicy = "rotate" }, repeats: true);
            for (var i = 0; i < 500 && history.Seen(run.Cluster.Messages).Count == 0; i++)
                await Task.Delay(20, CancellationToken.None);
        });
        return [.. histories.Where(h => h.Id is not null && h.Seen(run.Cluster.Messages).Count > 0)];
    }

    private static Task TryAsync(ChaosRun run, HttpVerifier verifier, HistoryRecorder history, string name, bool repeats) => RecordAsync(
        run, verifier, history, new OpCall(OpKind.Check, $"{history.Name}-{name}") { Id = history.Id, Code = history.Seen(run.Cluster.Messages)[0].Code }, repeats);

    private static async Task RecordAsync(ChaosRun run, HttpVerifier verifier, HistoryRecorder history, OpCall call, bool repeats)
    {
        for (var i = 0; i < 120; i++)
        {
            var invoked = run.Cluster.Clock.Now;
            var answer = await verifier.CallAsync(call);
            history.Add(call, answer, invoked, run.Cluster.Clock.Now);
            if (answer.End != OpEnd.Unknown || !repeats)
                return;
            await Task.Delay(500, CancellationToken.None);
        }
    }
}
