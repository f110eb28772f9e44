using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Chaos.Running;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>A hundred requests at once with one idempotency key, on every front: one effect, and the same answer or "in progress" for all.</summary>
internal sealed class IdempotencyRow : IChaosRow
{
    private const int AtOnce = 100;

    /// <summary>The least pause before a resend.</summary>
    private static readonly TimeSpan s_spacing = TimeSpan.FromSeconds(10.2);

    public int Number => 12;

    public string Title => "100 concurrent requests with one idempotency key";

    public TimeSpan Short => TimeSpan.FromSeconds(3);

    public async Task RunAsync(ChaosRun run)
    {
        var auditFrom = await run.LastAuditAsync();
        using var verifier = run.Verifier();
        var histories = new List<HistoryRecorder>();

        // A resend may be asked for when ten seconds are over: those that are for it wait meanwhile.
        var waiting = await StartAsync(run, verifier, "sent-again");
        var since = run.Cluster.Clock.Now;
        for (var (begin, round) = (run.Cluster.Clock.Now, 0); round < 4 || run.Cluster.Clock.Now - begin < run.Duration; round++)
        {
            if (round % 50 == 0)
                run.Say($"round {round + 1} of one key");

            histories.Add(await RoundAsync(run, verifier, round));
            if (run.Cluster.Clock.Now - since > s_spacing)
            {
                histories.Add(await ResendRoundAsync(run, verifier, waiting));
                (waiting, since) = (await StartAsync(run, verifier, $"sent-again-{round}"), run.Cluster.Clock.Now);
            }
        }

        await Task.Delay(since + s_spacing - run.Cluster.Clock.Now is { Ticks: > 0 } rest ? rest : TimeSpan.Zero);
        histories.Add(await ResendRoundAsync(run, verifier, waiting));
        run.Count(verifier);
        run.Report.Require(run.Report.Counts.GetValueOrDefault("answers 503 unavailable") == 0, "Some were told that the service is unavailable.");
        await run.JudgeAsync(histories, auditFrom);
    }

    /// <summary>A verification whose message has come, started by a hundred requests.</summary>
    private static async Task<HistoryRecorder> StartAsync(ChaosRun run, HttpVerifier verifier, string name)
    {
        var history = new HistoryRecorder($"r12-{run.Seed}-{name}", Numbers.Next(), "rotate", 0);
        var start = new OpCall(OpKind.Start, history.Name + "-start") { Number = history.Number, ResendPolicy = "rotate" };
        await AllAsync(run, verifier, history, start);
        if (history.Id is null)
        {
            run.Report.Violate($"{history.Name}: none of {AtOnce} starts was done.");
            return history;
        }

        await OtherAsync(run, verifier, start with { Number = Numbers.Next() });
        if (!await ChaosRun.UntilAsync(() => history.Seen(run.Cluster.Messages).Count > 0, TimeSpan.FromSeconds(10)))
            run.Report.Violate($"{history.Name}: no message reached the centre: {await verifier.CallAsync(new OpCall(OpKind.Get, "get") { Id = history.Id })}");
        return history;
    }

    /// <summary>The key was used for something else.</summary>
    private static async Task OtherAsync(ChaosRun run, HttpVerifier verifier, OpCall call)
    {
        var other = await verifier.CallAsync(call);
        run.Report.Require(other is { HttpStatus: 422, Problem: "idempotency-key-reused" }, $"{call.Command}: the key for another {call.Kind} was answered {other}.");
        run.Report.Count("keys used for something else");
    }

    private static async Task<HistoryRecorder> RoundAsync(ChaosRun run, HttpVerifier verifier, int round)
    {
        var history = await StartAsync(run, verifier, round.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (history.Seen(run.Cluster.Messages) is not [{ Code: var code }, ..])
            return history;

        var wrong = new OpCall(OpKind.Check, history.Name + "-wrong") { Id = history.Id, Code = code == "000000" ? "000001" : "000000" };
        var denied = await AllAsync(run, verifier, history, wrong);
        run.Report.Require(denied.All(a => a.Valid != true), $"{history.Name}: a wrong code was accepted.");
        var now = await verifier.CallAsync(new OpCall(OpKind.Get, "get") { Id = history.Id });
        run.Report.Require(now.ChecksRemaining == 4, $"{history.Name}: one wrong code {AtOnce} times under one key left {now.ChecksRemaining} of 5 tries.");
        await OtherAsync(run, verifier, wrong with { Kind = OpKind.Cancel });

        // Every second one is ended by a cancel, the others by their code.
        if (round % 2 == 1)
        {
            var canceled = await AllAsync(run, verifier, history, new OpCall(OpKind.Cancel, history.Name + "-cancel") { Id = history.Id });
            run.Report.Require(canceled.Any(a => a.End == OpEnd.Ok) && canceled.All(a => a.End != OpEnd.Ok || a.Status == "canceled"), $"{history.Name}: it was not canceled.");
            run.Report.Count("cancels of one key");
            return history;
        }

        var accepted = await AllAsync(run, verifier, history, new OpCall(OpKind.Check, history.Name + "-right") { Id = history.Id, Code = code });
        run.Report.Require(accepted.All(a => a.End != OpEnd.Ok || a.Valid == true), $"{history.Name}: a replay of an accepted check was not accepted.");
        run.Report.Require(accepted.Any(a => a.Valid == true), $"{history.Name}: the right code was not accepted.");
        run.Report.Count("checks of one key");
        return history;
    }

    /// <summary>One resend has one message more, whoever asks for it how often; the judge counts its row of the audit log.</summary>
    private static async Task<HistoryRecorder> ResendRoundAsync(ChaosRun run, HttpVerifier verifier, HistoryRecorder history)
    {
        var resend = new OpCall(OpKind.Resend, history.Name + "-resend") { Id = history.Id };
        var resent = await AllAsync(run, verifier, history, resend);
        run.Report.Require(resent.Any(a => a.End == OpEnd.Ok), $"{history.Name}: it was not sent again.");
        await OtherAsync(run, verifier, resend with { Kind = OpKind.Cancel });

        // A second one would come as fast as the first.
        await ChaosRun.UntilAsync(() => history.Seen(run.Cluster.Messages).Count > 1, TimeSpan.FromSeconds(10));
        await Task.Delay(500);
        var count = history.Seen(run.Cluster.Messages).Count;
        run.Report.Require(count == 2, $"{history.Name}: after one resend {AtOnce} times under one key there are {count} messages.");
        run.Report.Count("resends of one key");
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
