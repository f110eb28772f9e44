using MaskedVerify.Cluster.Tests.Chaos.Rows;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>Short version of row 3; the long one: <c>tests/chaos.sh --rows 3</c>.</summary>
[Collection(ChaosFixture.Name)]
public sealed class Row03StopTests(ChaosFixture chaos)
{
    [Fact]
    public Task Silo_WhenItWakesUpAfterItsGrainsWereTakenOver_CanWriteNothingStale() => chaos.PassAsync(new StopRow());
}
