using MaskedVerify.Cluster.Tests.Chaos.Rows;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>Short version of row 6; the long one: <c>tests/chaos.sh --rows 6</c>.</summary>
[Collection(ChaosFixture.Name)]
public sealed class Row06ClockTests(ChaosFixture chaos)
{
    [Fact]
    public Task Silo_WhenItsClockIsOff_StopsItselfAndNoExpiryMoves() => chaos.PassAsync(new ClockRow(), beside: new CarrierRow());
}
