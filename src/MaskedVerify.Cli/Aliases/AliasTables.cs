using System.Globalization;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;
using Spectre.Console;

namespace MaskedVerify.Cli.Aliases;

/// <summary>Checks of an alias for people.</summary>
internal static class AliasTables
{
    public static void Write(CliConsole console, AliasChecksDocument checks)
    {
        console.WriteLine($"Alias {checks.Alias}: {checks.FailuresToday} wrong code{(checks.FailuresToday == 1 ? "" : "s")} in the last 24 h.");
        if (checks.Strict)
        {
            console.WriteLine($"Strict mode: each verification has one try, and the next message leaves {(checks.SendAfterSeconds == 0 ? "now" : "in " + Wait(checks.SendAfterSeconds))}. An unpause ends it.");
        }

        if (checks.Channels.Count == 0)
        {
            console.WriteLine("No channel has wrong codes since the last success.");
            return;
        }

        var table = new Table().AddColumns("Channel", "Wrong in a row", "Paused", "Next check");
        foreach (var channel in checks.Channels)
        {
            table.AddRow(
                Show.Text(channel.Channel),
                channel.WrongInARow.ToString(CultureInfo.InvariantCulture),
                Show.YesNo(channel.Paused),
                channel.CheckAfterSeconds == 0 ? "now" : "in " + Wait(channel.CheckAfterSeconds));
        }

        console.Write(table);
    }

    // Hours, minutes, seconds: a pause has 24 hours.
    private static string Wait(int seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:D2}:{seconds % 60:D2}");
}
