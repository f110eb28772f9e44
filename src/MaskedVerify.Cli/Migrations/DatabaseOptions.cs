using System.CommandLine;
using System.Globalization;
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

    private readonly Option<string[]> _hot = new("--hot-database")
    {
        Description = "Connection string of a further database for hot rows: once for each, in the server's order.",
        HelpName = "TEXT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int?> _shards = new("--hot-shards") { Description = "Files of hot rows on sqlite (default: 1); the server's number.", HelpName = "NUMBER" };

    public void AddTo(Command command)
    {
        command.Options.Add(_engine);
        command.Options.Add(_database);
        command.Options.Add(_keys);
        command.Options.Add(_cluster);
        command.Options.Add(_hot);
        command.Options.Add(_shards);
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
        options.HotDatabases = [.. parsed.GetValue(_hot) is { Length: > 0 } given ? given : HotVariables()];
        options.HotShards = parsed.GetValue(_shards) ?? ShardsVariable();
    }

    private IEnumerable<string> HotVariables()
    {
        for (var number = 1; console.Environment(string.Create(CultureInfo.InvariantCulture, $"MASKEDVERIFY_HOT_DATABASE_{number}")) is { Length: > 0 } text; number++)
        {
            yield return text;
        }
    }

    private int? ShardsVariable() => console.Environment("MASKEDVERIFY_HOT_SHARDS") is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var shards) ? shards
        : throw new CliException(ExitCodes.Usage, "MASKEDVERIFY_HOT_SHARDS is not a number.");

    private static Option<string?> Text(string name, string description) => new(name) { Description = description, HelpName = "TEXT" };

    private string? Value(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) ?? (console.Environment("MASKEDVERIFY_" + option.Name[2..].Replace('-', '_').ToUpperInvariant()) is { Length: > 0 } text ? text : null);
}
