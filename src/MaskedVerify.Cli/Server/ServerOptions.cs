using System.CommandLine;
using MaskedVerify.Cli.Output;

namespace MaskedVerify.Cli.Server;

/// <summary>Options that every command has.</summary>
internal sealed class ServerOptions
{
    /// <summary>Environment variable for <c>--server</c>.</summary>
    public const string Variable = "MASKEDVERIFY_SERVER";

    /// <summary>Internal port of a server on this machine.</summary>
    public const string DefaultServer = "http://127.0.0.1:8081";

    private readonly CliConsole _console;
    private readonly Option<string?> _server = new("--server")
    {
        Description = $"Internal address of the server (default: {Variable}, else {DefaultServer}).",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<string?> _keyFile = new("--operator-key-file")
    {
        Description = $"File with the operator credential (default: {OperatorKey.Variable}, else {OperatorKey.FileName} in the data folder).",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = "Data folder of the server (default: ./data).",
        HelpName = "DIR",
        DefaultValueFactory = _ => "data",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON instead of tables.", Recursive = true };

    private readonly Option<bool> _plain = new("--plain-http")
    {
        Description = "Send the operator credential over http:// to another machine (never do this outside a network you trust).",
        Recursive = true,
    };

    public ServerOptions(CliConsole console) => _console = console;

    public void AddTo(RootCommand root)
    {
        root.Options.Add(_server);
        root.Options.Add(_keyFile);
        root.Options.Add(_data);
        root.Options.Add(_json);
        root.Options.Add(_plain);
    }

    /// <summary>Whether JSON is wanted.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The data folder.</summary>
    public string Data(ParseResult parsed) => parsed.GetValue(_data)!;

    /// <summary>A client for the server that the command line names.</summary>
    public AdminClient Connect(ParseResult parsed)
    {
        var text = parsed.GetValue(_server) ?? _console.Environment(Variable) ?? DefaultServer;
        var address = AddressOf(text, DefaultServer);
        var key = OperatorKey.Find(parsed.GetValue(_keyFile), Data(parsed), _console.Environment);
        if (key is not null && address.Scheme == "http" && !address.IsLoopback && !parsed.GetValue(_plain))
        {
            throw new CliException(
                ExitCodes.Usage,
                $"The operator credential would travel in clear text to {address.Host}.",
                "Use https://, or a tunnel to the machine, or say --plain-http if the network in between is yours.");
        }

        return new AdminClient(address, key);
    }

    /// <summary>The address of a server as it was typed.</summary>
    /// <exception cref="CliException">It is none; the sentence shows one that is.</exception>
    public static Uri AddressOf(string? text, string example) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
        ? address
        : throw new CliException(ExitCodes.Usage, $"{text} is not the address of a server; it looks like {example}.");
}
