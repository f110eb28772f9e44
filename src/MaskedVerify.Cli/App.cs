using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MaskedVerify.Cli.Aliases;
using MaskedVerify.Cli.Backups;
using MaskedVerify.Cli.Keys;
using MaskedVerify.Cli.Migrations;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Routes;
using MaskedVerify.Cli.Server;
using MaskedVerify.Cli.Status;
using MaskedVerify.Cli.Tenants;
using MaskedVerify.Cli.Trials;

namespace MaskedVerify.Cli;

/// <summary>The <c>maskedverify</c> command.</summary>
internal sealed class App
{
    private readonly CliConsole _console;
    private readonly RootCommand _root;

    public App(CliConsole console)
    {
        _console = console;
        var examples = new Examples();
        var server = new ServerOptions(console);
        _root = new RootCommand("A first verification, and administration of MaskedVerify: tenants, API keys, aliases, routes, and the schema of a data folder.");
        server.AddTo(_root);
        _root.Subcommands.Add(TryCommand.Build(server, console, examples));
        _root.Subcommands.Add(TenantCommands.Build(server, console, examples));
        _root.Subcommands.Add(KeyCommands.Build(server, console, examples));
        _root.Subcommands.Add(AliasCommands.Build(server, console, examples));
        _root.Subcommands.Add(RouteCommands.Build(server, console, examples));
        _root.Subcommands.Add(StatusCommand.Build(server, console, examples));
        _root.Subcommands.Add(MigrateCommand.Build(server, console, examples));
        _root.Subcommands.Add(BackupCommand.Build(server, console, examples));
        examples.Add(
            _root,
            """
            The first minute, against a server on this machine:
              maskedverify try

            A first live tenant:
              maskedverify tenant create "Acme shop" --live --country DE --country FR
              maskedverify key create "Acme shop" --label production
              maskedverify tenant list

            For scripts, --json prints what the server answered:
              maskedverify --json tenant list

            Exit codes: 0 done, 1 refused, 2 wrong command line, 3 no server or not now, 4 operator credential missing or wrong, 5 not found.
            """);
        var help = _root.Options.OfType<HelpOption>().Single();
        help.Action = new ExamplesHelpAction((HelpAction)help.Action!, examples);
    }

    /// <summary>Runs one command line and returns its exit code.</summary>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var parsed = _root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            return Fail(new CliException(ExitCodes.Usage, string.Join(' ', parsed.Errors.Select(e => e.Message)), $"Try: {PathOf(parsed)} --help"));
        }

        try
        {
            var configuration = new InvocationConfiguration { Output = _console.Out, Error = _console.Error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (CliException exception)
        {
            return Fail(exception);
        }
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = parsed.CommandResult; at is System.CommandLine.Parsing.CommandResult command; at = command.Parent)
        {
            names.Push(command.Command is RootCommand ? "maskedverify" : command.Command.Name);
        }

        return string.Join(' ', names);
    }

    private int Fail(CliException exception)
    {
        _console.Error.WriteLine($"maskedverify: {exception.Message}");
        foreach (var detail in exception.Details)
        {
            _console.Error.WriteLine($"  {detail}");
        }

        return exception.ExitCode;
    }
}
