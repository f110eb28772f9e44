using System.CommandLine;
using MaskedVerify.Load.Soaks;

namespace MaskedVerify.Load.Commands;

/// <summary>Whether the tables of the hot store stay small while pairs come and go.</summary>
internal static class SoakCommand
{
    /// <summary>Builds it.</summary>
    public static Command Build()
    {
        var minutes = new Option<double>("--minutes") { Description = "Length of the run.", DefaultValueFactory = _ => 30 };
        var window = CommonOptions.Seconds("--window", "Seconds for which keys, outcomes, receipts and counts of messages are kept, in the place of hours and days.", 20);
        var rate = CommonOptions.Number("--rate", "Pairs a second; 0: as many as the store takes (then nothing is judged).", 500, 0, 1_000_000);
        var aliases = CommonOptions.Number("--aliases", "Aliases that the pairs are spread over.", 4_096, 64, 10_000_000);
        var connections = CommonOptions.Connections();
        var database = new Option<string?>("--postgres") { Description = "Connection string of a PostgreSQL database of its own for the run. Default: SQLite." };
        var data = CommonOptions.Data();
        var noDrain = new Option<bool>("--no-drain") { Description = "Leave audit events in the outbox, to see what the drain costs." };
        var noSweep = new Option<bool>("--no-sweep") { Description = "Leave everything where it is, to see what the sweeper costs." };
        var command = new Command("soak", "Drives the hot store alone, with drain and sweeper, and fails when a table but the audit log grows without end.")
        {
            minutes, window, rate, aliases, connections, database, data, noDrain, noSweep,
        };
        command.SetAction((parsed, token) => LoadCommands.GuardAsync(() => new SoakRun
        {
            Duration = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            Window = TimeSpan.FromSeconds(parsed.GetValue(window)),
            Rate = parsed.GetValue(rate),
            Aliases = parsed.GetValue(aliases),
            Callers = parsed.GetValue(connections),
            Postgres = parsed.GetValue(database),
            Folder = parsed.GetValue(data)?.FullName,
            Drains = !parsed.GetValue(noDrain),
            Sweeps = !parsed.GetValue(noSweep),
        }.RunAsync(token)));
        return command;
    }
}
