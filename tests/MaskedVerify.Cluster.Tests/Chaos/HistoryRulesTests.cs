using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Chaos.Models;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>The judge of histories: silent about honest ones, loud about everything that a broken service could do.</summary>
public sealed class HistoryRulesTests
{
    private static readonly Lazy<Task<IReadOnlyList<VerificationHistory>>> s_good = new(() => ModelRuns.RunAsync(seed: 1, isRacy: false, clients: 4, journeys: 300, yields: false));

    public static TheoryData<string> Mutations => [.. HistoryMutations.All.Select(m => m.Name)];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Judge_WhenTheServiceComparesAndSets_FindsNothing(int seed)
    {
        var histories = await ModelRuns.RunAsync(seed, isRacy: false, clients: 32, journeys: 40);
        var found = ModelRuns.Judge(histories);
        Assert.True(found.Count == 0, $"seed {seed}: " + string.Join("\n", found.Take(3)));
        Assert.True(histories.Count >= 1_000);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public async Task Judge_WhenTheServiceLooksThenWrites_FindsDoubleAcceptances(int seed)
    {
        var found = ModelRuns.Judge(await ModelRuns.RunAsync(seed, isRacy: true, clients: 32, journeys: 40));
        Assert.Contains(found, v => v.StartsWith(nameof(HistoryRule.OneAcceptance), StringComparison.Ordinal));
        Assert.Contains(found, v => v.StartsWith(nameof(HistoryRule.EndStands), StringComparison.Ordinal));
        Assert.Contains(found, v => v.StartsWith(nameof(HistoryRule.Audited), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task Judge_WhenAGoodHistoryIsSpoiled_FindsTheBrokenRule(string name)
    {
        var mutation = HistoryMutations.All.Single(m => m.Name == name);
        var applied = 0;
        foreach (var history in await s_good.Value)
        {
            if (mutation.Apply(history) is not { } spoiled)
                continue;

            applied++;
            Assert.Empty(HistoryRules.Judge(history));
            var found = HistoryRules.Judge(spoiled);
            Assert.True(found.Any(v => v.Rule == mutation.Rule), $"{mutation.Rule} was not found broken, but {string.Join(", ", found)}, in:\n{spoiled}");
        }

        Assert.True(applied >= 5, $"It applied to {applied} histories only.");
    }

    [Fact]
    public async Task Judge_WhenUnknownEndsAreSpreadOverAGoodHistory_StillFindsNothing()
    {
        // Losing answers takes knowledge away; it must never make a good history look bad.
        var random = new Random(5);
        foreach (var history in await s_good.Value)
        {
            var blurred = history with
            {
                Ops = [.. history.Ops.Select(o => random.Next(3) > 0 ? o : new HistoryOp(o.Kind, o.Command, o.Invoked, o.Ended, OpEnd.Unknown) { Code = o.Code })],
            };
            var found = HistoryRules.Judge(blurred);
            Assert.True(found.Count == 0, $"{string.Join(", ", found)} in:\n{blurred}");
        }
    }
}
