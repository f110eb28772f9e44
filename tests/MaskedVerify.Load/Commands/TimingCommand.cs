using System.CommandLine;
using MaskedVerify.Load.Timing;

namespace MaskedVerify.Load.Commands;

/// <summary>Whether the time of an answer tells ids apart.</summary>
internal static class TimingCommand
{
    /// <summary>Builds it.</summary>
    public static Command Build()
    {
        var samples = CommonOptions.Number("--samples", "Requests per operation.", 100_000, 1_000, 100_000_000);
        var server = CommonOptions.Server();
        var command = new Command("timing", "Tests (Welch) whether the time of a 404 tells unknown, foreign and malformed ids apart, against a server of its own.") { samples, server };
        command.SetAction((parsed, token) => LoadCommands.GuardAsync(() =>
            new TimingRun(CommonOptions.Settings(parsed.GetValue(server), data: null), parsed.GetValue(samples)).RunAsync(token)));
        return command;
    }
}
