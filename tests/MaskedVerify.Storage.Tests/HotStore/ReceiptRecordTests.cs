using CsCheck;
using MaskedVerify.Domain;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.HotStore;

public sealed class ReceiptRecordTests
{
    private static readonly Gen<AttemptStatus> State = Gen.Int[0, 7].Select(n => (AttemptStatus)n);
    private static readonly ReceiptRecord Mapped = new([1], [2], 0, null, null, 0, null, 10);

    [Fact]
    public void Report_WhenReportsComeInAnyOrder_TheFurthestStands() => State.Array[1, 12].Sample(states =>
    {
        var end = states.Aggregate(Mapped, (row, state) => row.Report(Receipt("m1", state)));
        return end.State!.Value.Rank() == states.Max(state => state.Rank());
    });

    [Fact]
    public void Pending_WhenReportsAndApplicationsMix_IsTrueExactlyWhileAReportIsFurther() =>
        Gen.Select(State.Array[1, 8], State.Array[0, 8]).Sample((reports, applied) =>
        {
            var end = applied.Aggregate(reports.Aggregate(Mapped, (row, state) => row.Report(Receipt("m1", state))), (row, state) => row.Apply([1], 0, state));
            return end.Pending == (applied.Length == 0 || reports.Max(state => state.Rank()) > applied.Max(state => state.Rank()));
        });

    [Fact]
    public void Pending_WhenNoAttemptIsKnown_IsFalse() =>
        Assert.False(new ReceiptRecord(null, null, 0, AttemptStatus.Delivered, null, 1, null, 10).Pending);
}
