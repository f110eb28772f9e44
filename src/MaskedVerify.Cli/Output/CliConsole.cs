using System.Text.Json;
using Spectre.Console;

namespace MaskedVerify.Cli.Output;

/// <summary>Where a command writes, and what it knows of its surroundings.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Sentences about what went wrong.</param>
/// <param name="IsTerminal">Whether a person reads <paramref name="Out"/>: colours and the terminal's width are used.</param>
/// <param name="Environment">Environment variables.</param>
internal sealed record CliConsole(TextWriter Out, TextWriter Error, bool IsTerminal, Func<string, string?> Environment)
{
    // Tables that go to a file or pipe are not folded.
    private const int WidthOfAFile = 240;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static CliConsole OfThisProcess() =>
        new(Console.Out, Console.Error, !Console.IsOutputRedirected, System.Environment.GetEnvironmentVariable);

    /// <summary>Prints a table for people.</summary>
    public void Write(Table table) => Ansi().Write(table.Border(TableBorder.Rounded));

    /// <summary>Prints one line.</summary>
    public void WriteLine(string line = "") => Out.WriteLine(line);

    /// <summary>Prints JSON for scripts.</summary>
    public void WriteJson(JsonElement value) => Out.WriteLine(JsonSerializer.Serialize(value, Indented));

    private IAnsiConsole Ansi()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(Out),
        });
        if (!IsTerminal)
        {
            console.Profile.Width = WidthOfAFile;
        }

        return console;
    }
}
