using System.Collections.Concurrent;
using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Chaos.Running;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>Two routes with their own senders; the first one refuses half of the messages, is slow, or takes a message and never says so.</summary>
internal sealed class CarrierRow : IChaosRow
{
    private const string First = "ALPHA";
    private const string Second = "BRAVO";
    private const int Enough = 20;
    private const uint Refusal = 0x45; // ESME_RSUBMITFAIL

    /// <summary>All codes of the silent phase wait for one answer each: together fewer than a connection's window of 10, so none is given up before it was sent.</summary>
    private const int SilentClients = 4;

    /// <summary>A carrier has 8 s to answer.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(9);

    /// <summary>Longer than an attempt is waited for.</summary>
    private static readonly TimeSpan s_holdBack = TimeSpan.FromSeconds(13);

    public int Number => 4;

    public string Title => "first of two routes refuses, is slow, times out after accept";

    public TimeSpan Short => TimeSpan.Zero;

    public async Task RunAsync(ChaosRun run)
    {
        var admin = run.Cluster.Silos[0].Administration;
        var before = (await admin.RoutesAsync()).GetProperty("routes");
        try
        {
            await admin.ReplaceRoutesAsync(new object[] { Route("first", 100, First), Route("second", 200, Second) });
            var begin = run.Cluster.Clock.Now;
            do
            {
                await RefusingAsync(run);
                await SilentAsync(run);
            }
            while (run.Cluster.Clock.Now - begin < run.Duration);
        }
        finally
        {
            run.Cluster.Reply = _ => CentreReply.Deliver;
            await admin.ReplaceRoutesAsync(before);
        }

        foreach (var what in new[] { "refusing: answers after the deadline", "silent: answers after the deadline" })
            run.Report.Require(run.Report.Counts.GetValueOrDefault(what) > 0, $"None: {what}.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("verifications undeliverable") == 0, "Verifications ended as undeliverable; the second route took everything.");
    }

    private static object Route(string name, int priority, string sender) =>
        new { route = $"chaos-{name}", carrier = "smpp", countries = new[] { "*" }, channel = "sms", priority, sandbox = false, enabled = true, sender };

    // Half refused at once, half of the rest a little late, and one of a hundred after the deadline: every message still goes out exactly once.
    private static async Task RefusingAsync(ChaosRun run)
    {
        run.Say("first route refuses half of the messages and is slow with others");
        var (refused, seen) = (0, 0);
        run.Cluster.Reply = message =>
        {
            if (message.From != First)
                return CentreReply.Deliver;

            // The first one of those that are taken, and of every hundred: never more of them than the window has room for.
            var place = Interlocked.Increment(ref seen);
            if (place % 100 == 1)
                return Late(run, "refusing", run.IsLong ? TimeSpan.FromSeconds(9 + (place / 100 % 22)) : s_late);
            if (place % 4 < 2)
            {
                Interlocked.Increment(ref refused);
                return CentreReply.Refuse(Refusal);
            }

            return place % 4 == 2 ? CentreReply.Deliver with { Delay = TimeSpan.FromSeconds(1.5) } : CentreReply.Deliver;
        };
        var histories = await run.UnderLoadAsync(8, async () =>
        {
            await Task.Delay(run.IsLong ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(2));

            // Silos look for new routes every few seconds.
            await ChaosRun.UntilAsync(() => Volatile.Read(ref refused) >= Enough, TimeSpan.FromSeconds(20));
        });
        Count(run, "refusing", histories);
        run.Report.Count("refusing: first route refused", refused);
        run.Report.Require(refused >= Enough, "The first route refused next to nothing.");
        run.Report.Require(histories.Any(h => h.Messages.Any(m => m is { Taken: true, From: Second })), "The second route took nothing of what the first one refused.");
        foreach (var lost in histories.Where(h => h.Commands(OpKind.Start).Any(c => c.IsAcknowledged) && !h.Messages.Any(m => m.Taken)))
            run.Report.Violate($"It was started while the second route took everything, and no route has taken it.\n{lost}");
    }

    // The worst a carrier can do: it has the message, and nobody can know, or not before the deadline.
    private static async Task SilentAsync(ChaosRun run)
    {
        run.Say("first route takes messages and does not answer");
        var (silent, mine) = (new ConcurrentDictionary<string, bool>(StringComparer.Ordinal), new ConcurrentDictionary<string, bool>(StringComparer.Ordinal));
        var (again, seen) = (0, 0);
        run.Cluster.Reply = message =>
        {
            // Rows that run beside this one keep their carrier.
            if (!mine.ContainsKey(message.To))
                return CentreReply.Deliver;
            if (message.From != First)
            {
                if (silent.ContainsKey(message.To + message.Text))
                    Interlocked.Increment(ref again);
                return CentreReply.Deliver;
            }

            silent[message.To + message.Text] = true;
            return Interlocked.Increment(ref seen) % 4 == 0 ? Late(run, "silent", s_late) : CentreReply.Silence;
        };
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var terms = new JourneyTerms { ResendPolicy = "rotate", HoldBack = s_holdBack, Numbers = mine };
        var (plain, resending) = (run.UnderLoadAsync(SilentClients, () => over.Task, terms), run.UnderLoadAsync(SilentClients, () => over.Task, terms, run.Cluster.ResendingKey));
        await Task.Delay(run.IsLong ? TimeSpan.FromSeconds(30) : s_holdBack);

        // The deadline of what was begun last, and the step that gives it up.
        run.Say("waiting for the deadlines");
        await ChaosRun.UntilAsync(() => Volatile.Read(ref again) > 0, TimeSpan.FromSeconds(20));
        run.Cluster.Reply = _ => CentreReply.Deliver;
        over.SetResult();
        JudgeSilence(run, await plain, await resending);
    }

    private static void JudgeSilence(ChaosRun run, IReadOnlyList<VerificationHistory> plain, IReadOnlyList<VerificationHistory> resending)
    {
        Count(run, "silent", plain);
        Count(run, "silent, resendUnknown", resending);
        run.Report.Require(plain.Sum(SentAgain) == 0, "The second route was used for what the first one may have, and the policy does not say so.");
        run.Report.Require(resending.Sum(SentAgain) > 0, "The second route was never used for what the first one may have, and the policy says so.");
        run.Report.Require(plain.Any(h => h.Messages.Any(m => m.From == First)), "The first route had nothing to be silent about.");
    }

    /// <summary>Codes that the second route took after the first one had them.</summary>
    private static int SentAgain(VerificationHistory history) => history.Messages.Where(m => m.Taken).GroupBy(m => m.Code, StringComparer.Ordinal)
        .Count(g => g.Any(m => m.From == First) && g.Any(m => m.From == Second));

    private static void Count(ChaosRun run, string phase, IReadOnlyList<VerificationHistory> histories)
    {
        foreach (var message in histories.SelectMany(h => h.Messages).Where(m => m.Taken).GroupBy(m => m.From))
            run.Report.Count($"{phase}: {(message.Key == First ? "first" : message.Key == Second ? "second" : "other")} route took", message.Count());
        run.Report.Count($"{phase}: second route took what the first one may have", histories.Sum(SentAgain));
    }

    private static CentreReply Late(ChaosRun run, string phase, TimeSpan delay)
    {
        run.Report.Count($"{phase}: answers after the deadline");
        return CentreReply.Deliver with { Delay = delay };
    }
}
