using System.CommandLine;

namespace MaskedVerify.Load.Commands;

/// <summary>What memory does while new numbers come in, and what an active alias takes.</summary>
internal static class MemoryCommand
{
    /// <summary>Builds it.</summary>
    public static Command Build()
    {
        var minutes = new Option<double>("--minutes") { Description = "Minutes of new numbers at full rate against a server of its own. 0: leave this part out.", DefaultValueFactory = _ => 5 };
        var every = CommonOptions.Seconds("--every", "Seconds between two looks at the server.", 10);
        var aliases = CommonOptions.Number("--aliases", "Live aliases to hold active in the test host, for the bytes of each. 0: leave this part out.", 20_000, 0, 1_000_000);
        var connections = CommonOptions.Connections();
        var server = CommonOptions.Server();
        var data = CommonOptions.Data();
        var json = CommonOptions.Json();
        var command = new Command("memory", "Measures resident activations and memory after minutes of new numbers, and the memory of an active alias.")
        {
            minutes, every, aliases, connections, server, data, json,
        };
        command.SetAction((parsed, token) => LoadCommands.GuardAsync(() => new MemoryRun
        {
            Duration = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            Every = TimeSpan.FromSeconds(parsed.GetValue(every)),
            Aliases = parsed.GetValue(aliases),
            Connections = parsed.GetValue(connections),
            Server = CommonOptions.Settings(parsed.GetValue(server), parsed.GetValue(data)),
            Json = parsed.GetValue(json)?.FullName,
        }.RunAsync(token)));
        return command;
    }
}
