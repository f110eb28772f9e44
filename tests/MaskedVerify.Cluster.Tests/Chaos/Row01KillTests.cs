using MaskedVerify.Cluster.Tests.Chaos.Rows;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>Short version of row 1; the long one: <c>tests/chaos.sh --rows 1</c>.</summary>
[Collection(ChaosFixture.Name)]
public sealed class Row01KillTests(ChaosFixture chaos)
{
    [Fact]
    public Task Kill_OfRandomSilosUnderLoad_LosesNothingThatWasAcknowledged() => chaos.PassAsync(new KillRow());
}
