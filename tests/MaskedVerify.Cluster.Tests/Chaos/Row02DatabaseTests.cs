using MaskedVerify.Cluster.Tests.Chaos.Rows;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>Short version of row 2; the long one: <c>tests/chaos.sh --rows 2</c>.</summary>
[Collection(ChaosFixture.Name)]
public sealed class Row02DatabaseTests(ChaosFixture chaos)
{
    [Fact]
    public Task Database_WhenItGoesAway_IsAnswered503AndNothingIsAcceptedWithoutACommit() => chaos.PassAsync(new DatabaseRow());
}
