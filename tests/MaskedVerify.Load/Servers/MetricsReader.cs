using System.Net.Http.Headers;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.Servers;

/// <summary>Reads the counters of a server from <c>/metrics</c> of its internal port and, for a process of this machine, from the system.</summary>
internal sealed class MetricsReader : IDisposable
{
    private static readonly Uri s_path = new("/metrics", UriKind.Relative);

    private readonly HttpClient _http;
    private readonly int? _processId;

    public MetricsReader(Uri internalAddress, string? operatorKey, int? processId)
    {
        _http = new HttpClient { BaseAddress = internalAddress };
        if (operatorKey is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
        _processId = processId;
    }

    /// <summary>The page as it is now.</summary>
    public async Task<MetricsPage> ReadPageAsync() => MetricsPage.Parse(await _http.GetStringAsync(s_path));

    /// <summary>Everything that a report uses.</summary>
    public async Task<TargetSnapshot> ReadAsync()
    {
        var page = await ReadPageAsync();
        var process = _processId is { } id ? ProcessFigures.Read(id) : ((double CpuSeconds, double ResidentBytes)?)null;
        return From(page) with
        {
            CpuSeconds = process?.CpuSeconds ?? page.Sum("dotnet_process_cpu_time_seconds_total"),
            ResidentBytes = process?.ResidentBytes ?? page.Sum("dotnet_process_memory_working_set_bytes"),
            DiskBytes = _processId is { } own ? ProcessFigures.DiskBytes(own) : null,
            OwnCpuSeconds = ProcessFigures.OwnCpuSeconds,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static TargetSnapshot From(MetricsPage page) => new()
    {
        HotRows = page.Sum("maskedverify_storage_rows_written_total", "database=\"hot\""),
        KeysRows = page.Sum("maskedverify_storage_rows_written_total", "database=\"keys\"") ?? 0,
        HotItems = page.Sum("maskedverify_storage_items_total", "database=\"hot\""),
        KeysItems = page.Sum("maskedverify_storage_items_total", "database=\"keys\"") ?? 0,
        HotTransactions = page.Sum("maskedverify_storage_batch_size_count", "database=\"hot\""),
        KeysTransactions = page.Sum("maskedverify_storage_batch_size_count", "database=\"keys\"") ?? 0,
        Collections = Generations(page),
        CollectionPauseSeconds = page.Sum("dotnet_gc_pause_time_seconds_total"),
        AllocatedBytes = page.Sum("dotnet_gc_heap_total_allocated_bytes_total"),
        HeapBytes = page.Sum("dotnet_gc_last_collection_heap_size_bytes"),
        Activations = page.Sum("orleans_grains") ?? page.Sum("orleans_catalog_activations"),
    };

    private static List<double>? Generations(MetricsPage page)
    {
        var all = new List<double>();
        for (var generation = 0; page.Sum("dotnet_gc_collections_total", $"\"gen{generation}\"") is { } count; generation++)
            all.Add(count);
        return all.Count == 0 ? null : all;
    }
}
