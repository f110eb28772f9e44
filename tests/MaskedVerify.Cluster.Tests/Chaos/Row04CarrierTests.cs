using MaskedVerify.Cluster.Tests.Chaos.Rows;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>Short version of row 4; the long one: <c>tests/chaos.sh --rows 4</c>.</summary>
[Collection(ChaosFixture.Name)]
public sealed class Row04CarrierTests(ChaosFixture chaos)
{
    [Fact]
    public Task Route_WhenItFailsOrKeepsSilent_TheNextOneIsUsedAndNothingIsSentTwice() => chaos.PassAsync(new CarrierRow(), beside: new ClockRow());
}
