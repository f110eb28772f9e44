using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Running;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>Two routes with their own senders; the first one refuses half of the messages, is slow, or takes a message and never says so.</summary>
internal sealed class CarrierRow : IChaosRow
{
    private const string First = "ALPHA";
    private const int Enough = 20;
    private const uint Refusal = 0x45; // ESME_RSUBMITFAIL

    public int Number => 4;

    public string Title => "first of two routes refuses, is slow, times out after accept";

    public TimeSpan Short => TimeSpan.Zero;

    public async Task RunAsync(ChaosRun run)
    {
        var admin = run.Cluster.Silos[0].Administration;
        var before = (await admin.RoutesAsync()).GetProperty("routes");
        try
        {
            await admin.ReplaceRoutesAsync(new object[] { Route("first", 100, First), Route("second", 200, "BRAVO") });
            var begin = run.Cluster.Clock.Now;
            do
            {
                await RefusingAsync(run);
                run.Say("first route takes messages and does not answer");
                await Task.WhenAll(SilentAsync(run, run.Cluster.Key), SilentAsync(run, run.Cluster.ResendingKey));
            }
            while (run.Cluster.Clock.Now - begin < run.Duration);
        }
        finally
        {
            run.Cluster.Reply = _ => CentreReply.Deliver;
            await admin.ReplaceRoutesAsync(before);
        }

        run.Report.Require(run.Report.Counts.GetValueOrDefault("first route refused") >= Enough, "The first route refused next to nothing.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("first route kept silent") > 0, "The first route kept silent about nothing.");
        run.Report.Require(run.Report.Counts.GetValueOrDefault("second route took") > 0, "The second route was never used.");
    }

    private static object Route(string name, int priority, string sender) =>
        new { route = $"chaos-{name}", carrier = "smpp", countries = new[] { "*" }, channel = "sms", priority, sandbox = false, enabled = true, sender };

    // Half refused at once, half of the rest late: every message still goes out exactly once.
    private static Task RefusingAsync(ChaosRun run)
    {
        run.Say("first route refuses half of the messages and is slow with others");
        run.Cluster.Reply = message =>
        {
            var draw = message.Number % 4;
            if (message.From == First && draw < 2)
            {
                run.Report.Count("first route refused");
                return CentreReply.Refuse(Refusal);
            }

            run.Report.Count(message.From == First ? "first route took" : "second route took");
            return message.From == First && draw == 2 ? CentreReply.Deliver with { Delay = TimeSpan.FromSeconds(1.5) } : CentreReply.Deliver;
        };
        return run.UnderLoadAsync(8, async () =>
        {
            await Task.Delay(run.IsLong ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(2));

            // Silos look for new routes every few seconds.
            for (var i = 0; i < 200 && run.Report.Counts.GetValueOrDefault("first route refused") < Enough; i++)
                await Task.Delay(100);
        });
    }

    // The worst a carrier can do: it has the message, and nobody can know.
    private static async Task SilentAsync(ChaosRun run, string key)
    {
        run.Cluster.Reply = message =>
        {
            if (message.From != First)
            {
                run.Report.Count("second route took");
                return CentreReply.Deliver;
            }

            run.Report.Count("first route kept silent");
            return CentreReply.Silence;
        };
        await run.UnderLoadAsync(4, async () =>
        {
            await Task.Delay(run.IsLong ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(2));

            // The deadline of what was begun last, and the step that gives it up.
            run.Say("waiting for the deadlines");
            await Task.Delay(TimeSpan.FromSeconds(10));
            run.Cluster.Reply = _ => CentreReply.Deliver;
        }, new JourneyTerms { ResendPolicy = "rotate", Think = TimeSpan.FromSeconds(2) }, key);
    }
}
