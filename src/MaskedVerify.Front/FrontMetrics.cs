using System.Diagnostics.Metrics;

namespace MaskedVerify.Front;

/// <summary>Meter of the HTTP front. Labels are slugs and operation names only: no tenant, no id.</summary>
internal sealed class FrontMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "MaskedVerify.Front";

    private readonly Meter _meter;
    private readonly Counter<long> _problems;
    private readonly Counter<long> _refusedIds;
    private readonly Counter<long> _retries;

    public FrontMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _problems = _meter.CreateCounter<long>("maskedverify.problems", description: "Problem answers by slug.");
        _refusedIds = _meter.CreateCounter<long>("maskedverify.ids.refused", description: "Foreign or malformed ids refused by their tag, before any grain.");
        _retries = _meter.CreateCounter<long>("maskedverify.vault.retries", description: "Repetitions of commands by the front with the same command id.");
    }

    /// <summary>Counts a problem answer.</summary>
    public void Problem(string slug) => _problems.Add(1, new KeyValuePair<string, object?>("slug", slug));

    /// <summary>Counts an id that failed its tag.</summary>
    public void RefusedId() => _refusedIds.Add(1);

    /// <summary>Counts an own retry.</summary>
    public void Retry() => _retries.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
