using System.Security.Cryptography;
using System.Text.Json;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.References;
using MaskedVerify.Load.Reports;
using MaskedVerify.Load.Servers;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.Commands;

/// <summary>Targets that are all open and driven in turn.</summary>
internal sealed record CompareRun
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly ProgressLine _progress = new();

    public required IReadOnlyList<(string Name, PairsRun Run)> Loads { get; init; }

    public int Rounds { get; init; }

    public TimeSpan Measured { get; init; }

    public TimeSpan Settle { get; init; }

    public TimeSpan Reference { get; init; }

    public string? Json { get; init; }

    /// <summary>Runs everything; 1 when a round of one had errors or no pairs, otherwise 0.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, load average before the run {ProcessFigures.LoadAverage()}");
        var targets = new List<ILoadTarget>();
        var open = new List<(string Name, PairsRun Run, ILoadTarget Target, Destinations Destinations)>();
        try
        {
            foreach (var (name, run) in Loads)
            {
                _progress.Say($"opening {name}");
                var target = await run.OpenAsync(cancellationToken);
                targets.Add(target);
                open.Add((name, run, target, await run.DestinationsAsync(target, RandomNumberGenerator.GetInt32(int.MaxValue), cancellationToken)));
            }

            var rounds = new List<ComparedRound>();
            for (var round = 0; round < Rounds; round++)
            {
                var echo = Reference == TimeSpan.Zero ? null : await EchoReference.RunAsync(Loads[0].Run.Shape.Connections, Reference, cancellationToken);
                var reports = new List<LoadReport>();
                foreach (var (name, run, target, destinations) in open)
                {
                    _progress.Say($"round {round + 1} of {Rounds}: {name}");
                    reports.Add(await MeasureAsync(run, target, destinations, round == 0, echo, cancellationToken));
                }

                rounds.Add(new ComparedRound(echo?.PerSecond, reports));
                Console.WriteLine($"round {round + 1}: echo {echo?.PerSecond ?? 0:N0}/s; pairs/s {string.Join("  ", reports.Select(r => r.PairsPerSecond.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)))}");
            }

            Console.WriteLine(ComparisonTable.Text([.. Loads.Select(l => l.Name)], rounds));
            if (Json is not null)
                await File.WriteAllTextAsync(Json, JsonSerializer.Serialize(rounds, s_json) + "\n", cancellationToken);
            return rounds.TrueForAll(r => r.Reports.All(report => report.Pairs > 0 && report.Errors.Count == 0)) ? 0 : 1;
        }
        finally
        {
            foreach (var target in targets)
                await target.DisposeAsync();
        }
    }

    private async Task<LoadReport> MeasureAsync(PairsRun run, ILoadTarget target, Destinations destinations, bool first, ReferenceFigures? echo, CancellationToken cancellationToken)
    {
        var at = DateTimeOffset.UtcNow;
        var loadAverage = ProcessFigures.LoadAverage();
        var shape = run.Shape with { Duration = Measured, Warmup = first ? run.Shape.Warmup : Settle };
        var figures = await new LoadRun(target, shape, _progress).RunAsync(destinations, RandomNumberGenerator.GetInt32(int.MaxValue), cancellationToken: cancellationToken);
        var report = LoadReport.From(figures, target.Description, run.Pattern, shape, at, loadAverage) with { Echo = echo };
        foreach (var (kind, count) in report.Errors)
            _progress.Say($"{count:N0} errors: {kind}; first: {report.ErrorDetails.GetValueOrDefault(kind)}");
        return report;
    }
}
