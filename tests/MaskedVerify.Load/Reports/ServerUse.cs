using MaskedVerify.Load.Driving;

namespace MaskedVerify.Load.Reports;

/// <summary>What a server used in the measured part. "Per pair" counts everything that happened in that time, also for starts that were not yet checked.</summary>
internal sealed record ServerUse
{
    /// <summary>Cores.</summary>
    public double? Cores { get; init; }

    /// <summary>Cores that the database server used, if the run started one.</summary>
    public double? DatabaseCores { get; init; }

    /// <summary>CPU time per pair in microseconds.</summary>
    public double? CpuMicrosecondsPerPair { get; init; }

    /// <summary>Resident memory at the end in bytes.</summary>
    public double? ResidentBytes { get; init; }

    /// <summary>Managed heap at the end in bytes.</summary>
    public double? HeapBytes { get; init; }

    /// <summary>Activations of grains at the end.</summary>
    public double? Activations { get; init; }

    /// <summary>Rows of the hot database per pair.</summary>
    public double? HotRowsPerPair { get; init; }

    /// <summary>Rows of the keys database per pair.</summary>
    public double? KeysRowsPerPair { get; init; }

    /// <summary>Commits that somebody waited for, per pair: of states with their side rows, and of receipts.</summary>
    public double? HotCommitsPerPair { get; init; }

    /// <inheritdoc cref="HotCommitsPerPair"/>
    public double? KeysCommitsPerPair { get; init; }

    /// <summary>Transactions of the hot database per second: commits that arrive together share one.</summary>
    public double? HotTransactionsPerSecond { get; init; }

    /// <summary>Transactions of the keys database per second.</summary>
    public double? KeysTransactionsPerSecond { get; init; }

    /// <summary>Bytes sent to the disk per pair, log and database files together.</summary>
    public double? DiskBytesPerPair { get; init; }

    /// <summary>Bytes allocated per pair.</summary>
    public double? AllocatedBytesPerPair { get; init; }

    /// <summary>Garbage collections by generation.</summary>
    public IReadOnlyList<double>? Collections { get; init; }

    /// <summary>Their pauses in seconds.</summary>
    public double? CollectionPauseSeconds { get; init; }

    /// <summary>Differences between the two looks at the server.</summary>
    public static ServerUse From(LoadFigures figures)
    {
        var (before, after) = (figures.Before, figures.After);
        var seconds = figures.Elapsed.TotalSeconds;
        var pairs = figures.Pairs == 0 ? (double?)null : figures.Pairs;
        return new ServerUse
        {
            Cores = (after.CpuSeconds - before.CpuSeconds) / seconds,
            DatabaseCores = (after.DatabaseCpuSeconds - before.DatabaseCpuSeconds) / seconds,
            CpuMicrosecondsPerPair = (after.CpuSeconds - before.CpuSeconds) * 1e6 / pairs,
            ResidentBytes = after.ResidentBytes,
            HeapBytes = after.HeapBytes,
            Activations = after.Activations,
            HotRowsPerPair = (after.HotRows - before.HotRows) / pairs,
            KeysRowsPerPair = (after.KeysRows - before.KeysRows) / pairs,
            HotCommitsPerPair = (after.HotItems - before.HotItems) / pairs,
            KeysCommitsPerPair = (after.KeysItems - before.KeysItems) / pairs,
            HotTransactionsPerSecond = (after.HotTransactions - before.HotTransactions) / seconds,
            KeysTransactionsPerSecond = (after.KeysTransactions - before.KeysTransactions) / seconds,
            DiskBytesPerPair = (after.DiskBytes - before.DiskBytes) / pairs,
            AllocatedBytesPerPair = (after.AllocatedBytes - before.AllocatedBytes) / pairs,
            Collections = after.Collections is { } last && before.Collections is { } first && last.Count == first.Count ? [.. last.Zip(first, (l, f) => l - f)] : null,
            CollectionPauseSeconds = after.CollectionPauseSeconds - before.CollectionPauseSeconds,
        };
    }
}
