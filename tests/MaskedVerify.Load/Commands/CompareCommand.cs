using System.CommandLine;
using System.CommandLine.Parsing;

namespace MaskedVerify.Load.Commands;

/// <summary>Several loads side by side: what differs between two configurations, or between a small store and a large one.</summary>
internal static class CompareCommand
{
    private const string Description =
        """
        Compares loads: all are started first, then driven in turn, some rounds long, and the medians are shown beside the echo of each round.
        Single runs of one configuration differ by a quarter on small machines.

          compare --each "--warm 1000" --each "--warm 100000"
          compare --each "" --each "--server old/MaskedVerify.Front.dll"
          compare --each "--engine postgres" --each "--engine postgres --silos 3"
        """;

    /// <summary>Builds it.</summary>
    public static Command Build()
    {
        var each = new Option<string[]>("--each") { Description = "One load: any options of the command without a name, in one word. Give it at least twice.", AllowMultipleArgumentsPerToken = false };
        var rounds = CommonOptions.Number("--rounds", "How often each is measured.", 5, 1, 100);
        var seconds = CommonOptions.Seconds("--seconds", "Length of each measured part.", 10);
        var settle = CommonOptions.Seconds("--settle", "Load before each measured part but the first, whose length is the load's own --warmup.", 3);
        var echo = CommonOptions.Seconds("--reference-seconds", "Length of the echo in each round. 0: none.", 3);
        var json = CommonOptions.Json();
        var command = new Command("compare", Description) { each, rounds, seconds, settle, echo, json };
        command.SetAction((parsed, token) => LoadCommands.GuardAsync(() => new CompareRun
        {
            Loads = Parse(parsed.GetValue(each) ?? []),
            Rounds = parsed.GetValue(rounds),
            Measured = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            Settle = TimeSpan.FromSeconds(parsed.GetValue(settle)),
            Reference = TimeSpan.FromSeconds(parsed.GetValue(echo)),
            Json = parsed.GetValue(json)?.FullName,
        }.RunAsync(token)));
        return command;
    }

    private static (string Name, PairsRun Run)[] Parse(string[] loads)
    {
        if (loads.Length < 2)
            throw new Servers.LoadSetupException("compare needs --each at least twice; see compare --help.");
        var command = new RootCommand();
        var read = PairsCommand.AddOptions(command);
        return Array.ConvertAll(loads, text =>
        {
            var parsed = command.Parse([.. CommandLineParser.SplitCommandLine(text)]);
            return parsed.Errors.Count == 0
                ? (text.Length == 0 ? "(defaults)" : text, read(parsed))
                : throw new Servers.LoadSetupException($"--each \"{text}\": {string.Join(' ', parsed.Errors.Select(e => e.Message))}");
        });
    }
}
