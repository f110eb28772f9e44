using System.Text;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>The long run: every row in turn for its share of the time, a live line, and a report.</summary>
internal static class ChaosProgram
{
    /// <summary>Runs it; returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help" or "-h"])
        {
            Console.WriteLine(ChaosArguments.FullHelp);
            return 0;
        }

        var mistakes = new List<string>();
        var arguments = ChaosArguments.Parse(args, mistakes);
        if (mistakes.Count > 0)
        {
            mistakes.ForEach(Console.Error.WriteLine);
            return 2;
        }

        var text = new StringBuilder().AppendLine($"Chaos of {arguments.Minutes} minutes, rows {string.Join(", ", arguments.Rows.Select(r => r.Number))}, seed {arguments.Seed}, from {TimeProvider.System.GetUtcNow():u}").AppendLine();
        var isGood = await RowsAsync(arguments, text);
        text.AppendLine(isGood ? "VERDICT: good" : "VERDICT: NOT GOOD");
        await WriteAsync(arguments, text);
        Console.WriteLine(isGood ? "VERDICT: good" : "VERDICT: NOT GOOD");
        Console.WriteLine($"Report: {arguments.Report}");
        return isGood ? 0 : 1;
    }

    private static async Task<bool> RowsAsync(ChaosArguments arguments, StringBuilder text)
    {
        await using var line = new ProgressLine();
        var share = TimeSpan.FromMinutes(arguments.Minutes / arguments.Rows.Count);
        var isGood = true;
        ChaosCluster? cluster = null;
        try
        {
            foreach (var row in arguments.Rows)
            {
                // A row that was not good may leave a cluster behind that is not healthy: the next one gets its own.
                cluster ??= await ChaosCluster.StartAsync(text => line.Say("start", text));
                var report = await ChaosRunner.RunAsync(cluster, row, arguments.Seed, share, text => line.Say($"row {row.Number}", text), line.Watch);
                line.Watch(null);
                text.AppendLine(report.ToString());
                line.Say($"row {row.Number}", $"over\n{report}");
                await WriteAsync(arguments, text);
                if (report.Violations.Count == 0)
                    continue;

                isGood = false;
                await cluster.DisposeAsync();
                cluster = null;
            }
        }
        catch (Exception error)
        {
            text.AppendLine($"The run broke off: {error}");
            isGood = false;
        }
        finally
        {
            if (cluster is not null)
                await cluster.DisposeAsync();
        }

        return isGood;
    }

    // After every row, so that a run that is broken off leaves what it saw.
    private static Task WriteAsync(ChaosArguments arguments, StringBuilder text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(arguments.Report))!);
        return File.WriteAllTextAsync(arguments.Report, text.ToString());
    }
}
