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
    private readonly Counter<long> _refusedConnections;

    public FrontMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _problems = _meter.CreateCounter<long>("maskedverify.problems", description: "Problem answers by slug.");
        _refusedIds = _meter.CreateCounter<long>("maskedverify.ids.refused", description: "Foreign or malformed ids refused by their tag, before any grain.");
        _retries = _meter.CreateCounter<long>("maskedverify.vault.retries", description: "Repetitions of commands by the front with the same command id.");
        _refusedConnections = _meter.CreateCounter<long>("maskedverify.connections.refused", description: "Connections to the public port that were closed because their address has too many.");
    }

    /// <summary>Counts a problem answer.</summary>
    public void Problem(string slug) => _problems.Add(1, new KeyValuePair<string, object?>("slug", slug));

    /// <summary>Counts an id that failed its tag.</summary>
    public void RefusedId() => _refusedIds.Add(1);

    /// <summary>Counts an own retry.</summary>
    public void Retry() => _retries.Add(1);

    /// <summary>Counts a connection that was closed because its address has too many.</summary>
    public void RefusedConnection() => _refusedConnections.Add(1);

    /// <summary>Shows when the public port's certificate ends.</summary>
    public void ObserveCertificate(Func<DateTimeOffset> endsAt) => _meter.CreateObservableGauge(
        "maskedverify.public.certificate.end.timestamp", () => endsAt().ToUnixTimeSeconds(), "s", "When the certificate of the public port ends, in Unix time.");

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
