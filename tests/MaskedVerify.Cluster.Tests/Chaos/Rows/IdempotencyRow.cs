using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Chaos.Running;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>A hundred requests at once with one idempotency key, on every front: one effect, and the same answer or "in progress" for all.</summary>
internal sealed class IdempotencyRow : IChaosRow
{
    private const int AtOnce = 100;

    public int Number => 12;

    public string Title => "100 concurrent requests with one idempotency key";

    public TimeSpan Short => TimeSpan.FromSeconds(3);

    public async Task RunAsync(ChaosRun run)
    {
        var auditFrom = await run.LastAuditAsync();
        using var verifier = run.Verifier();
        var histories = new List<HistoryRecorder>();
        for (var (begin, round) = (run.Cluster.Clock.Now, 0); round < 4 || run.Cluster.Clock.Now - begin < run.Duration; round++)
            histories.Add(await RoundAsync(run, verifier, round));
        run.Count(verifier);
        run.Report.Require(run.Report.Counts.GetValueOrDefault("answers 503 unavailable") == 0, "Some were told that the service is unavailable.");
        await run.JudgeAsync(histories, auditFrom);
    }

    private static async Task<HistoryRecorder> RoundAsync(ChaosRun run, HttpVerifier verifier, int round)
    {
        var history = new HistoryRecorder($"r12-{run.Seed}-{round}", Numbers.Next(), "rotate", 0);
        var start = new OpCall(OpKind.Start, history.Name + "-start") { Number = history.Number, ResendPolicy = "rotate" };
        await AllAsync(run, verifier, history, start);
        if (history.Id is null)
        {
            run.Report.Violate($"{history.Name}: none of {AtOnce} starts was done.");
            return history;
        }

        var other = await verifier.CallAsync(start with { Number = Numbers.Next() });
        run.Report.Require(other.Problem == "idempotency-key-reused", $"{history.Name}: the key for another number was answered {other}.");
        for (var i = 0; i < 500 && history.Seen(run.Cluster.Messages).Count == 0; i++)
            await Task.Delay(20);
        if (history.Seen(run.Cluster.Messages) is not [{ Code: var code }, ..])
        {
            run.Report.Violate($"{history.Name}: no message reached the centre: {await verifier.CallAsync(new OpCall(OpKind.Get, "get") { Id = history.Id })}");
            return history;
        }

        var wrong = new OpCall(OpKind.Check, history.Name + "-wrong") { Id = history.Id, Code = code == "000000" ? "000001" : "000000" };
        var denied = await AllAsync(run, verifier, history, wrong);
        run.Report.Require(denied.All(a => a.Valid != true), $"{history.Name}: a wrong code was accepted.");
        var now = await verifier.CallAsync(new OpCall(OpKind.Get, "get") { Id = history.Id });
        run.Report.Require(now.ChecksRemaining == 4, $"{history.Name}: one wrong code {AtOnce} times under one key left {now.ChecksRemaining} of 5 tries.");

        var accepted = await AllAsync(run, verifier, history, new OpCall(OpKind.Check, history.Name + "-right") { Id = history.Id, Code = code });
        run.Report.Require(accepted.All(a => a.End != OpEnd.Ok || a.Valid == true), $"{history.Name}: a replay of an accepted check was not accepted.");
        run.Report.Require(accepted.Any(a => a.Valid == true), $"{history.Name}: the right code was not accepted.");
        run.Report.Count("rounds of one key");
        return history;
    }

    private static async Task<IReadOnlyList<OpAnswer>> AllAsync(ChaosRun run, HttpVerifier verifier, HistoryRecorder history, OpCall call)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            var invoked = run.Cluster.Clock.Now;
            var answer = await verifier.CallAsync(call);
            history.Add(call, answer, invoked, run.Cluster.Clock.Now);
            return answer;
        })));
        run.Report.Require(answers.All(a => a.End == OpEnd.Ok || a.Problem == "request-in-progress"), $"{call.Command}: {answers.First(a => a.End != OpEnd.Ok && a.Problem != "request-in-progress" || a == answers[^1])}");
        return answers;
    }
}
