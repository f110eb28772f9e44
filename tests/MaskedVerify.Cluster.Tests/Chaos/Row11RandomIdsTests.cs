using MaskedVerify.Cluster.Tests.Chaos.Rows;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>Short version of row 11; the long one: <c>tests/chaos.sh --rows 11</c>.</summary>
[Collection(ChaosFixture.Name)]
public sealed class Row11RandomIdsTests(ChaosFixture chaos)
{
    [Fact]
    public Task Ids_ThatNobodyWasGiven_WakeNoGrain() => chaos.PassAsync(new RandomIdsRow());
}
