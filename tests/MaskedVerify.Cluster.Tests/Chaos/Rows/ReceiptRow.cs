using System.Collections.Concurrent;
using System.Diagnostics;
using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Chaos.Running;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>Receipts before the answer to the submit, twice, in the wrong order, and long after the end: an attempt only moves forward and ends at the furthest.</summary>
internal sealed class ReceiptRow : IChaosRow
{
    private const int Clients = 40;

    /// <summary>In the long version every receipt comes this often.</summary>
    private const int Copies = 10;

    /// <summary>Pass mark of the list of faults, for a long version of at least <see cref="s_enoughTime"/>.</summary>
    private const int Receipts = 100_000;

    private const int ShortReceipts = 1_000;

    /// <summary>How long the end of an attempt is waited for: the long version sends more receipts than a small machine works off at once.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_enoughTime = TimeSpan.FromMinutes(1);

    /// <summary>A long version that has not sent them all in its time goes on for so long at most.</summary>
    private static readonly TimeSpan s_more = TimeSpan.FromMinutes(2);
    private static readonly string[] s_order = ["claimed", "queued", "accepted", "sent", "delivered"];

    public int Number => 5;

    public string Title => "early, late, duplicate and reordered receipts";

    public TimeSpan Short => TimeSpan.FromSeconds(1);

    public async Task RunAsync(ChaosRun run)
    {
        using var verifier = run.Verifier();
        var expected = new ConcurrentDictionary<string, (string Status, long Number)>(StringComparer.Ordinal);
        run.Cluster.Reply = message => Answer(run, expected, message);
        var auditFrom = await run.LastAuditAsync();
        var histories = new ConcurrentBag<HistoryRecorder>();

        // Those of the messages before this row are answered meanwhile.
        await Task.Delay(500);
        var answered = run.Cluster.Centre.ReceiptsAnswered;
        try
        {
            var begin = run.Cluster.Clock.Now;
            run.Say($"receipts of every kind for {Clients} verifications at a time");
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
            {
                for (var i = 0; i < 3 || (run.IsLong && GoesOn(run, run.Cluster.Clock.Now - begin)); i++)
                    histories.Add(await OneAsync(run, verifier, expected, $"r5-{run.Seed}-{client}-{i}"));
            })));
        }
        finally
        {
            run.Cluster.Reply = _ => CentreReply.Deliver;
        }

        await AppliedAsync(run, answered);
        run.Say("reading every attempt again");
        await Parallel.ForEachAsync(histories, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (history, _) => await AgainAsync(run, verifier, expected, history));
        run.Count(verifier);
        await run.JudgeAsync(histories, auditFrom);
        var least = !run.IsLong ? ShortReceipts : run.Duration < s_enoughTime ? 1 : Receipts;
        run.Report.Require(Sent(run) >= least, $"{Sent(run)} receipts were sent, {least} are wanted.");
    }

    private static long Sent(ChaosRun run) => run.Report.Counts.GetValueOrDefault("receipts") + run.Report.Counts.GetValueOrDefault("receipts after the end");

    private static bool GoesOn(ChaosRun run, TimeSpan elapsed) =>
        elapsed < run.Duration || (run.Duration >= s_enoughTime && Sent(run) < Receipts && elapsed < run.Duration + s_more);

    // A receipt is answered when it is durable, and applied to its attempt soon after.
    private static async Task AppliedAsync(ChaosRun run, long before)
    {
        run.Say("waiting until every receipt was answered and applied");
        var (watch, answered, pending) = (Stopwatch.StartNew(), 0L, 0L);
        do
        {
            answered = run.Cluster.Centre.ReceiptsAnswered - before;
            pending = await run.Cluster.Database.ScalarAsync<long>("SELECT count(*) FROM hot.receipts WHERE pending = 1");
            if (answered >= Sent(run) && pending == 0)
                return;
            await Task.Delay(200);
        }
        while (watch.Elapsed < s_patience);
        run.Report.Violate($"After {s_patience.TotalSeconds} s {answered} of {Sent(run)} receipts were answered and {pending} were not applied.");
    }

    private static async Task AgainAsync(ChaosRun run, HttpVerifier verifier, ConcurrentDictionary<string, (string Status, long Number)> expected, HistoryRecorder history)
    {
        if (history.Id is null || !expected.TryGetValue(history.Number, out var wanted))
            return;

        var answer = await CallAsync(run, verifier, history, new OpCall(OpKind.Get, history.Name + "-get-again") { Id = history.Id });
        run.Report.Count("attempts read after the last receipt");
        run.Report.Require(answer.NewestAttempt == wanted.Status, $"{history.Name}: the attempt was {wanted.Status} and is {answer.NewestAttempt} after later receipts.");
    }

    private static CentreReply Answer(ChaosRun run, ConcurrentDictionary<string, (string Status, long Number)> expected, CentreMessage message)
    {
        lock (expected)
        {
            var last = run.Random.Next(4) == 0 ? "UNDELIV" : "DELIVRD";
            expected["+" + message.To] = (last == "DELIVRD" ? "delivered" : "undelivered", message.Number);
            string[] words = ["ENROUTE", "ENROUTE", last, "ACCEPTD", last, "ENROUTE", last, "ACCEPTD", "ENROUTE", last];
            words = [.. Enumerable.Repeat(words, run.IsLong ? Copies : 1).SelectMany(w => w)];
            run.Random.Shuffle(words);
            var early = run.Random.Next(words.Length + 1);
            run.Report.Count("receipts", words.Length);
            run.Report.Count("receipts before the answer", early);
            return new CentreReply { Before = [.. words[..early].Select(w => new CentreReceipt(w))], After = [.. words[early..].Select(w => new CentreReceipt(w))] };
        }
    }

    private static async Task<HistoryRecorder> OneAsync(ChaosRun run, HttpVerifier verifier, ConcurrentDictionary<string, (string Status, long Number)> expected, string name)
    {
        var history = new HistoryRecorder(name, Numbers.Next(), "rotate", 0);
        await CallAsync(run, verifier, history, new OpCall(OpKind.Start, name) { Number = history.Number, ResendPolicy = "rotate" });
        if (history.Id is null)
        {
            run.Report.Violate($"{name}: its start was never acknowledged.\n{history.ToHistory(run.Cluster.Messages)}");
            return history;
        }

        var seen = new List<string>();
        var started = run.Cluster.Clock.Now;
        for (var i = 0; run.Cluster.Clock.Now - started < s_patience; i++)
        {
            var answer = await CallAsync(run, verifier, history, new OpCall(OpKind.Get, $"{name}-get-{i}") { Id = history.Id });
            if (answer.NewestAttempt is { } status && (seen.Count == 0 || seen[^1] != status))
                seen.Add(status);
            if (expected.TryGetValue(history.Number, out var wanted) && wanted.Status == answer.NewestAttempt)
                break;
            await Task.Delay(50);
        }

        if (run.Cluster.Clock.Now - started > s_slow)
            run.Report.Count($"ends that took longer than {s_slow.TotalSeconds:F0} s");

        // Late ones: the end stands.
        if (!expected.TryGetValue(history.Number, out var sent))
        {
            run.Report.Violate($"{name}: its message never came.\n{history.ToHistory(run.Cluster.Messages)}");
            return history;
        }

        var (end, number) = sent;
        string[] tooLate = ["ENROUTE", "ACCEPTD", end == "delivered" ? "DELIVRD" : "UNDELIV"];
        foreach (var late in Enumerable.Repeat(tooLate, run.IsLong ? Copies : 1).SelectMany(l => l))
        {
            run.Cluster.Centre.SendReceipt(number, new CentreReceipt(late));
            run.Report.Count("receipts after the end");
        }

        if (end == "delivered")
            await CallAsync(run, verifier, history, new OpCall(OpKind.Check, name + "-check") { Id = history.Id, Code = history.Seen(run.Cluster.Messages)[0].Code });
        seen.Add((await CallAsync(run, verifier, history, new OpCall(OpKind.Get, name + "-get-last") { Id = history.Id })).NewestAttempt ?? "none");

        run.Report.Require(seen[^1] == end, $"{name}: the attempt is {seen[^1]} after receipts that end with {end}.");
        var ranks = seen.Select(s => s == "undelivered" ? 4 : Array.IndexOf(s_order, s)).ToArray();
        run.Report.Require(!ranks.Contains(-1) && ranks.SequenceEqual(ranks.Order()), $"{name}: the attempt went back: {string.Join(", ", seen)}.");
        return history;
    }

    private static async Task<OpAnswer> CallAsync(ChaosRun run, HttpVerifier verifier, HistoryRecorder history, OpCall call)
    {
        for (var i = 0; ; i++)
        {
            var invoked = run.Cluster.Clock.Now;
            var answer = await verifier.CallAsync(call);
            history.Add(call, answer, invoked, run.Cluster.Clock.Now);
            if (answer.End != OpEnd.Unknown || i == 50)
                return answer;
            await Task.Delay(200);
        }
    }
}
