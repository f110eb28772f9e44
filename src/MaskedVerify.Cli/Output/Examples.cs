using System.CommandLine;

namespace MaskedVerify.Cli.Output;

/// <summary>What <c>--help</c> shows below the options of a command.</summary>
internal sealed class Examples
{
    private readonly Dictionary<Command, string> _texts = [];

    public void Add(Command command, string text) => _texts.Add(command, text);

    public string? Of(Command command) => _texts.GetValueOrDefault(command);
}
