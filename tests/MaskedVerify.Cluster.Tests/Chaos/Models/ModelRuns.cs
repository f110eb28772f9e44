using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Models;

/// <summary>The driver against the model.</summary>
internal static class ModelRuns
{
    /// <summary>Runs journeys and returns their histories, complete with final reads and audit rows.</summary>
    public static async Task<IReadOnlyList<VerificationHistory>> RunAsync(int seed, bool isRacy, int clients, int journeys, bool yields = true)
    {
        var clock = new ChaosClock();
        var messages = new MessageLog();
        var model = new ModelVerifier(messages, clock, seed, isRacy, yields);
        var load = new Load(model, messages, clock, JourneyTerms.Instant, seed, "model");
        await load.RunAsync(clients, CancellationToken.None, journeys);
        var histories = new List<VerificationHistory>();
        foreach (var journey in load.Histories)
        {
            var last = await model.CallAsync(new OpCall(OpKind.Get, "final") { Id = journey.Id });
            histories.Add(journey.ToHistory(messages) with
            {
                Final = new FinalRead(last.Status!, last.ChecksRemaining, last.ExpiresAt!.Value, clock.Now),
                Audit = model.AuditOf(journey.Id!),
            });
        }

        return histories;
    }

    /// <summary>Everything that the judge finds, one line each.</summary>
    public static IReadOnlyList<string> Judge(IEnumerable<VerificationHistory> histories) =>
        [.. histories.SelectMany(h => HistoryRules.Judge(h).Select(v => $"{v.Rule}: {v.Text}\n{h}"))];
}
