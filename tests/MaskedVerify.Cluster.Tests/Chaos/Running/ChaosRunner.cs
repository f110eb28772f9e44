using System.Diagnostics;
using MaskedVerify.Cluster.Tests.Chaos.Rows;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>Runs a row on a cluster and returns what it saw, whatever happens in it.</summary>
internal static class ChaosRunner
{
    /// <param name="cluster">The cluster.</param>
    /// <param name="row">The row.</param>
    /// <param name="seed">Seed of all choices.</param>
    /// <param name="duration">How long faults go on; null for the short version.</param>
    /// <param name="say">Live progress.</param>
    /// <param name="begun">Takes the run before it begins, for whoever wants to look at it meanwhile.</param>
    public static async Task<RowReport> RunAsync(ChaosCluster cluster, IChaosRow row, int seed, TimeSpan? duration, Action<string> say, Action<ChaosRun>? begun = null)
    {
        var report = new RowReport(row.Number, row.Title, seed);
        var watch = Stopwatch.StartNew();
        try
        {
            await cluster.HealAsync();
            var run = new ChaosRun(cluster, report, seed, duration ?? row.Short, duration is not null, say);
            begun?.Invoke(run);
            say("begins");
            await row.RunAsync(run);
        }
        catch (Exception error)
        {
            report.Violate($"The row broke off: {error}");
        }

        report.Elapsed = watch.Elapsed;
        return report;
    }
}
