using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Chaos.Models;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>The real product with a planted bug is found out; without it, it is good under the same attack.</summary>
public sealed class PlantedRaceTests
{
    private const int Rounds = 25;

    [Fact]
    public async Task Judge_WhenTwoActivationsShareAStoreThatComparesVersions_FindsNothing()
    {
        await using var twins = await TwinClusters.StartAsync(ignoresVersions: false);
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var history = await twins.RoundAsync(round);
            var found = HistoryRules.Judge(history);
            Assert.True(found.Count == 0, $"{string.Join(", ", found)} in:\n{history}");
            accepted += history.Commands(OpKind.Check).Count(c => c.Accepted);
        }

        Assert.True(accepted >= Rounds / 2, $"{accepted} of {Rounds} codes were accepted.");
    }

    [Fact]
    public async Task Judge_WhenTwoActivationsShareAStoreThatIgnoresVersions_FindsDoubleAcceptances()
    {
        await using var twins = await TwinClusters.StartAsync(ignoresVersions: true);
        var found = new List<Violation>();
        for (var round = 0; round < Rounds; round++)
            found.AddRange(HistoryRules.Judge(await twins.RoundAsync(round)));

        Assert.Contains(found, v => v.Rule == HistoryRule.OneAcceptance);
        Assert.Contains(found, v => v.Rule == HistoryRule.Audited);
    }
}
