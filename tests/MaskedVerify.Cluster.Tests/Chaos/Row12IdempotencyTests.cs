using MaskedVerify.Cluster.Tests.Chaos.Rows;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>Short version of row 12; the long one: <c>tests/chaos.sh --rows 12</c>.</summary>
[Collection(ChaosFixture.Name)]
public sealed class Row12IdempotencyTests(ChaosFixture chaos)
{
    [Fact]
    public Task Key_UsedAHundredTimesAtOnce_HasOneEffect() => chaos.PassAsync(new IdempotencyRow());
}
