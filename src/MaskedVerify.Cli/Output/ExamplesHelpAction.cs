using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MaskedVerify.Cli.Output;

/// <summary>The usual help, and the examples of the command below it.</summary>
internal sealed class ExamplesHelpAction(HelpAction usual, Examples examples) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.MaxWidth = 160;
        var code = usual.Invoke(parseResult);
        if (examples.Of(parseResult.CommandResult.Command) is { } text)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var line in text.Split('\n'))
            {
                output.WriteLine(line.Length > 0 ? "  " + line : string.Empty);
            }

            output.WriteLine();
        }

        return code;
    }
}
