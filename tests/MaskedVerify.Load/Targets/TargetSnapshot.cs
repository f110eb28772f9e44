namespace MaskedVerify.Load.Targets;

/// <summary>Counters of a server at one moment; null is what could not be read.</summary>
internal sealed record TargetSnapshot
{
    /// <summary>CPU time of the server's process in seconds.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>CPU time of this process in seconds (the same process for a test host).</summary>
    public double OwnCpuSeconds { get; init; }

    /// <summary>CPU time of a database server that the run started, in seconds.</summary>
    public double? DatabaseCpuSeconds { get; init; }

    /// <summary>Resident memory of the server's process in bytes.</summary>
    public double? ResidentBytes { get; init; }

    /// <summary>Bytes that the server's process has sent to its disks, from <c>/proc/PID/io</c>.</summary>
    public double? DiskBytes { get; init; }

    /// <summary>Rows written, by database.</summary>
    public double? HotRows { get; init; }

    /// <inheritdoc cref="HotRows"/>
    public double? KeysRows { get; init; }

    /// <summary>Items of group commits (one per commit that somebody waited for), by database.</summary>
    public double? HotItems { get; init; }

    /// <inheritdoc cref="HotItems"/>
    public double? KeysItems { get; init; }

    /// <summary>Transactions, by database.</summary>
    public double? HotTransactions { get; init; }

    /// <inheritdoc cref="HotTransactions"/>
    public double? KeysTransactions { get; init; }

    /// <summary>Garbage collections by generation, from 0.</summary>
    public IReadOnlyList<double>? Collections { get; init; }

    /// <summary>Pause of all collections in seconds.</summary>
    public double? CollectionPauseSeconds { get; init; }

    /// <summary>Bytes allocated since the start.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>Size of the managed heap after the last collection.</summary>
    public double? HeapBytes { get; init; }

    /// <summary>Activations of grains.</summary>
    public double? Activations { get; init; }

    /// <summary>The sum of several servers; what one of them did not tell is unknown. The CPU time of this process and of the database are the last one's.</summary>
    public static TargetSnapshot Sum(IReadOnlyList<TargetSnapshot> servers) => servers[^1] with
    {
        CpuSeconds = Total(servers, s => s.CpuSeconds),
        ResidentBytes = Total(servers, s => s.ResidentBytes),
        DiskBytes = Total(servers, s => s.DiskBytes),
        HotRows = Total(servers, s => s.HotRows),
        KeysRows = Total(servers, s => s.KeysRows),
        HotItems = Total(servers, s => s.HotItems),
        KeysItems = Total(servers, s => s.KeysItems),
        HotTransactions = Total(servers, s => s.HotTransactions),
        KeysTransactions = Total(servers, s => s.KeysTransactions),
        Collections = servers.All(s => s.Collections?.Count == servers[0].Collections?.Count) && servers[0].Collections is { } first
            ? [.. first.Select((_, generation) => servers.Sum(s => s.Collections![generation]))]
            : null,
        CollectionPauseSeconds = Total(servers, s => s.CollectionPauseSeconds),
        AllocatedBytes = Total(servers, s => s.AllocatedBytes),
        HeapBytes = Total(servers, s => s.HeapBytes),
        Activations = Total(servers, s => s.Activations),
    };

    private static double? Total(IReadOnlyList<TargetSnapshot> servers, Func<TargetSnapshot, double?> figure) =>
        servers.Aggregate((double?)0, (sum, server) => sum + figure(server));
}
