using System.Text.Json;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.References;

namespace MaskedVerify.Load.Reports;

/// <summary>All figures of one run, as the JSON file has them. Null is what could not be measured.</summary>
internal sealed record LoadReport
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>When the run began, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What was driven, and how.</summary>
    public required string Target { get; init; }

    /// <summary>The pattern of the load.</summary>
    public required string Pattern { get; init; }

    /// <summary>Cores of the machine.</summary>
    public int Cores { get; init; } = Environment.ProcessorCount;

    /// <summary>Load averages (1, 5, 15 minutes) before the run: what else was going on.</summary>
    public required string LoadAverageBefore { get; init; }

    /// <summary>Callers.</summary>
    public required int Connections { get; init; }

    /// <summary>Length of the measured part.</summary>
    public required double Seconds { get; init; }

    /// <summary>Pairs in it.</summary>
    public required long Pairs { get; init; }

    /// <summary>Pairs per second.</summary>
    public required double PairsPerSecond { get; init; }

    /// <summary>Verifications open at the end.</summary>
    public required int Live { get; init; }

    /// <summary>Latency of starts.</summary>
    public required Latency Start { get; init; }

    /// <summary>Latency of checks.</summary>
    public required Latency Check { get; init; }

    /// <summary>Latency of a start and its check, added.</summary>
    public required Latency Pair { get; init; }

    /// <summary>Latency of reading the code.</summary>
    public required Latency Inbox { get; init; }

    /// <summary>Failures by kind.</summary>
    public required IReadOnlyDictionary<string, long> Errors { get; init; }

    /// <summary>The first answer of each kind of failure.</summary>
    public required IReadOnlyDictionary<string, string> ErrorDetails { get; init; }

    /// <summary>What the server used, per pair or per second.</summary>
    public required ServerUse Server { get; init; }

    /// <summary>Cores that this process used.</summary>
    public required double ClientCores { get; init; }

    /// <summary>Reads of the inbox per second when nothing else happens.</summary>
    public double? InboxReadsPerSecond { get; init; }

    /// <summary>The echo of the same run.</summary>
    public ReferenceFigures? Echo { get; init; }

    /// <summary>ASP.NET Core Identity's phone tokens in the same run.</summary>
    public ReferenceFigures? Identity { get; init; }

    /// <summary>As many of these applications side by side as there were silos, when those were several.</summary>
    public ReferenceFigures? Identities { get; init; }

    /// <summary>Silos of the target.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>Durable writes of one block per second, in the same run.</summary>
    public double? FsyncsPerSecond { get; init; }

    /// <summary>
    /// Pairs per second without the time that the server spends on reads of the inbox, computed: <c>1 / (1/pairs - 1/reads)</c>, which is right when the processors
    /// are the bottleneck.
    /// </summary>
    public double? PairsPerSecondWithoutInbox => InboxReadsPerSecond is { } reads && PairsPerSecond > 0 && reads > PairsPerSecond ? 1 / ((1 / PairsPerSecond) - (1 / reads)) : null;

    /// <summary>Pairs for each request of the echo; a pair is two requests.</summary>
    public double? PairsToEcho => PairsPerSecond / Echo?.PerSecond;

    /// <summary>Pairs for each pair of the identity reference.</summary>
    public double? PairsToIdentity => PairsPerSecond / Identity?.PerSecond;

    /// <summary>What several such applications side by side give for each pair that one of them gives.</summary>
    public double? IdentitiesToIdentity => Identities?.PerSecond / Identity?.PerSecond;

    /// <summary>Pairs for each durable write.</summary>
    public double? PairsToFsync => PairsPerSecond / FsyncsPerSecond;

    /// <summary>Figures of the run.</summary>
    public static LoadReport From(LoadFigures figures, string target, string pattern, LoadShape shape, DateTimeOffset at, string loadAverage) => new()
    {
        At = at,
        Target = target,
        Pattern = pattern,
        LoadAverageBefore = loadAverage,
        Connections = shape.Connections,
        Seconds = figures.Elapsed.TotalSeconds,
        Pairs = figures.Pairs,
        PairsPerSecond = figures.PairsPerSecond,
        Live = figures.Live,
        Start = Latency.From(figures.Start),
        Check = Latency.From(figures.Check),
        Pair = Latency.From(figures.Pair),
        Inbox = Latency.From(figures.Inbox),
        Errors = figures.Errors,
        ErrorDetails = figures.Details,
        Server = ServerUse.From(figures),
        ClientCores = (figures.After.OwnCpuSeconds - figures.Before.OwnCpuSeconds) / figures.Elapsed.TotalSeconds,
    };

    /// <summary>Writes the JSON file.</summary>
    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, s_json) + "\n");
}

/// <summary>A distribution in milliseconds.</summary>
internal sealed record Latency(double P50, double P99, double Max)
{
    /// <summary>From a histogram.</summary>
    public static Latency From(LatencyHistogram histogram) =>
        new(histogram.PercentileMilliseconds(0.5), histogram.PercentileMilliseconds(0.99), histogram.MaxMilliseconds);
}
