using Microsoft.Extensions.Options;
using Npgsql;

namespace MaskedVerify.Storage;

/// <summary>Whether the place that belongs to the engine is named and can be read. Never repeats a connection string, which holds a password.</summary>
internal sealed class StoragePlaceValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        List<string> mistakes = [];
        if (options.Engine == StorageEngine.Sqlite)
        {
            if (string.IsNullOrWhiteSpace(options.DataDirectory))
            {
                mistakes.Add("DataDirectory names no folder.");
            }

            mistakes.AddRange(Texts(options).Where(text => !string.IsNullOrWhiteSpace(text.Value)).Select(text =>
                $"{text.Switch} is for a database server: choose one with --engine postgres or --engine sqlserver, or leave it out."));
        }
        else
        {
            if (options.Engine == StorageEngine.SqlServer && !SqlServerSources.HasCultures())
            {
                mistakes.Add($"Engine sqlserver cannot be used by this process: {SqlServerSources.NeedsCultures}.");
            }

            mistakes.AddRange(Texts(options).Where(text => text.Value is not null).Select(text => Check(options.Engine, text.Switch, text.Value ?? string.Empty)).OfType<string>());
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static IEnumerable<(string Switch, string? Value)> Texts(StorageOptions options) =>
        [("--database", options.Database), ("--keys-database", options.KeysDatabase), ("--cluster-database", options.ClusterDatabase)];

    private static string? Check(StorageEngine engine, string name, string text) => engine switch
    {
        StorageEngine.Postgres => CheckPostgres(name, text),
        StorageEngine.SqlServer => SqlServerPlaceCheck.Mistake(name, text),
        _ => null,
    };

    private static string? CheckPostgres(string name, string text)
    {
        const string Example = "Host=127.0.0.1;Database=maskedverify;Username=maskedverify;Password=…";
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrWhiteSpace(parsed.Host) || string.IsNullOrWhiteSpace(parsed.Database)
                ? $"{name} must name Host and Database, as in {Example}"
                : parsed.Multiplexing
                    ? $"{name} asks for Multiplexing, which this program does not use: leave it out."
                    : null;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            return $"{name} cannot be read as a connection string; it looks like {Example}";
        }
    }
}
