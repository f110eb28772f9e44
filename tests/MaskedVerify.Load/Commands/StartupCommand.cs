using System.CommandLine;
using MaskedVerify.Load.Servers;

namespace MaskedVerify.Load.Commands;

/// <summary>How long the built server takes from the start of its process until it is ready.</summary>
internal static class StartupCommand
{
    /// <summary>Builds it.</summary>
    public static Command Build()
    {
        var runs = CommonOptions.Number("--runs", "Fresh data folders; each is started twice.", 3, 1, 100);
        var server = CommonOptions.Server();
        var command = new Command("startup", "Measures the time from the start of the built server's process to its first 200 of /health/ready.") { runs, server };
        command.SetAction((parsed, token) => LoadCommands.GuardAsync(() => RunAsync(parsed.GetValue(runs), parsed.GetValue(server), token)));
        return command;
    }

    private static async Task<int> RunAsync(int runs, FileInfo? server, CancellationToken cancellationToken)
    {
        Console.WriteLine($"load average before the run {ProcessFigures.LoadAverage()}");
        Console.WriteLine("fresh data folder, s: listening, ready   same folder again, s: listening, ready");
        for (var run = 0; run < runs; run++)
        {
            using var folder = TempFolder.Open(null);
            var settings = CommonOptions.Settings(server, new DirectoryInfo(Path.Combine(folder.Path, "data")));
            var first = await MeasureAsync(settings, cancellationToken);
            var second = await MeasureAsync(settings, cancellationToken);
            Console.WriteLine($"{first.Listening,30:F2} {first.Ready,7:F2} {second.Listening,32:F2} {second.Ready,7:F2}");
        }

        return 0;
    }

    private static async Task<(double Listening, double Ready)> MeasureAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(settings, cancellationToken);
        return (server.TimeToListening.TotalSeconds, server.TimeToReady.TotalSeconds);
    }
}
