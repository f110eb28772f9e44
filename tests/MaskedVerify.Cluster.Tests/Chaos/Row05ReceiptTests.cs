using MaskedVerify.Cluster.Tests.Chaos.Rows;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>Short version of row 5; the long one: <c>tests/chaos.sh --rows 5</c>.</summary>
[Collection(ChaosFixture.Name)]
public sealed class Row05ReceiptTests(ChaosFixture chaos)
{
    [Fact]
    public Task Receipts_InAnyOrderAndNumber_MoveAttemptsForwardOnly() => chaos.PassAsync(new ReceiptRow());
}
