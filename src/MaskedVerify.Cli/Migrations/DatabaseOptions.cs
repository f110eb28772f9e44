using System.CommandLine;
using MaskedVerify.Cli.Output;
using MaskedVerify.Storage;

namespace MaskedVerify.Cli.Migrations;

/// <summary>Which databases a command works on; the names are those of the server's switches and variables.</summary>
internal sealed class DatabaseOptions(CliConsole console)
{
    private readonly Option<string?> _engine = new("--engine")
    {
        Description = "Database product: sqlite (default), postgres or sqlserver.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _database = Text("--database", "Connection string of the database server. Prefer MASKEDVERIFY_DATABASE for a password.");

    private readonly Option<string?> _keys = Text("--keys-database", "Connection string of the database that holds the keys (default: that of --database).");

    private readonly Option<string?> _cluster = Text("--cluster-database", "Connection string for membership and reminders (default: that of --database).");

    public void AddTo(Command command)
    {
        command.Options.Add(_engine);
        command.Options.Add(_database);
        command.Options.Add(_keys);
        command.Options.Add(_cluster);
    }

    /// <summary>The product.</summary>
    /// <exception cref="CliException">There is none of that name.</exception>
    public StorageEngine Engine(ParseResult parsed) => Value(parsed, _engine) switch
    {
        null => StorageEngine.Sqlite,
        var name when Enum.TryParse<StorageEngine>(name, ignoreCase: true, out var engine) && Enum.IsDefined(engine) && !char.IsAsciiDigit(name[0]) => engine,
        var name => throw new CliException(ExitCodes.Usage, $"There is no engine \"{name}\"; known are sqlite, postgres and sqlserver."),
    };

    /// <summary>Everything as the storage wants it.</summary>
    public void Fill(ParseResult parsed, StorageOptions options, string data)
    {
        options.Engine = Engine(parsed);
        options.DataDirectory = data;
        options.Database = Value(parsed, _database);
        options.KeysDatabase = Value(parsed, _keys);
        options.ClusterDatabase = Value(parsed, _cluster);
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description, HelpName = "TEXT" };

    private string? Value(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) ?? (console.Environment("MASKEDVERIFY_" + option.Name[2..].Replace('-', '_').ToUpperInvariant()) is { Length: > 0 } text ? text : null);
}
