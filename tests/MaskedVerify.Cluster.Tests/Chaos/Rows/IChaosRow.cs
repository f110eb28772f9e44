using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>One fault to survive. Numbers are those of the product's list of faults.</summary>
internal interface IChaosRow
{
    int Number { get; }

    string Title { get; }

    /// <summary>How long the short version goes on.</summary>
    TimeSpan Short { get; }

    /// <summary>Does it; everything that must not be goes into the report.</summary>
    Task RunAsync(ChaosRun run);
}

/// <summary>All of them.</summary>
internal static class ChaosRows
{
    public static IReadOnlyList<IChaosRow> All { get; } =
        [new KillRow(), new DatabaseRow(), new StopRow(), new CarrierRow(), new ReceiptRow(), new ClockRow(), new RandomIdsRow(), new IdempotencyRow()];
}
