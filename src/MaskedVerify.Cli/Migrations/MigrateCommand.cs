using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;
using MaskedVerify.Domain;
using MaskedVerify.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace MaskedVerify.Cli.Migrations;

/// <summary><c>maskedverify migrate</c>: works on the databases themselves, without a server of ours.</summary>
internal static class MigrateCommand
{
    public static Command Build(ServerOptions server, CliConsole console, Examples examples)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what is pending and change nothing." };
        var place = new DatabaseOptions(console);
        var command = new Command("migrate", "Bring the databases to the schema of this program.") { dryRun };
        place.AddTo(command);
        examples.Add(
            command,
            """
            maskedverify migrate --dry-run --data /var/lib/maskedverify
            maskedverify migrate --data /var/lib/maskedverify
            maskedverify migrate --engine postgres --database "Host=db1;Database=maskedverify;Username=mv_migrate;Passfile=/etc/maskedverify/pgpass;Options=-c role=maskedverify_owner"

            On SQLite a server does this by itself at start, unless MASKEDVERIFY_STORAGE__MIGRATEATSTART is false; on a database server it has to be done first.
            MASKEDVERIFY_ENGINE, MASKEDVERIFY_DATABASE, MASKEDVERIFY_KEYS_DATABASE and MASKEDVERIFY_CLUSTER_DATABASE stand for the switches.
            """);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var schemas = await RunAsync(place, server.Data(parsed), parsed, parsed.GetValue(dryRun), cancellationToken);
            if (server.Json(parsed))
            {
                console.WriteJson(JsonSerializer.SerializeToElement(new { databases = schemas }, AdminClient.Json));
            }
            else
            {
                Write(console, schemas, parsed.GetValue(dryRun));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<IReadOnlyList<DatabaseSchema>> RunAsync(
        DatabaseOptions place, string data, ParseResult parsed, bool dryRun, CancellationToken cancellationToken)
    {
        var engine = place.Engine(parsed);
        if (engine == StorageEngine.Sqlite && !Directory.Exists(data))
        {
            throw new CliException(
                ExitCodes.NotFound, $"There is no data folder {data}.", "Name it with --data DIR. A server makes it at its first start. A database server is chosen with --engine.");
        }

        try
        {
            var services = new ServiceCollection().AddLogging();
            services.AddMaskedVerifyStorage(options => place.Fill(parsed, options, data));
            await using var provider = services.BuildServiceProvider();
            var migrator = provider.GetRequiredService<IDatabaseMigrator>();
            return await (dryRun ? migrator.InspectAsync(cancellationToken) : migrator.MigrateAsync(cancellationToken));
        }
        catch (SchemaMismatchException exception)
        {
            throw new CliException(ExitCodes.Refused, exception.Message);
        }
        catch (OptionsValidationException exception)
        {
            throw new CliException(ExitCodes.Usage, engine == StorageEngine.Sqlite ? "The data folder cannot be used." : "The database cannot be used.", [.. exception.Failures]);
        }
        catch (StorageUnavailableException exception)
        {
            throw engine == StorageEngine.Sqlite
                ? new CliException(ExitCodes.Unavailable, exception.Message, "Is the folder writable, and is no server holding it?")
                : new CliException(ExitCodes.Unavailable, exception.Message);
        }
    }

    private static void Write(CliConsole console, IReadOnlyList<DatabaseSchema> schemas, bool dryRun)
    {
        var table = new Table().AddColumns("Database", "Place", "Version", "Applied before", dryRun ? "Pending" : "Applied now", "Serves from");
        foreach (var schema in schemas)
        {
            var now = dryRun ? schema.Pending : schema.AppliedNow;
            table.AddRow(
                schema.Database,
                Show.Text(schema.Location),
                schema.Version.ToString(CultureInfo.InvariantCulture),
                Show.Text(string.Join(", ", schema.Applied.Except(schema.AppliedNow, StringComparer.Ordinal))),
                Show.Text(string.Join(", ", now)),
                schema.Serves.ToString("0000", CultureInfo.InvariantCulture));
        }

        console.Write(table);
        var count = schemas.Sum(s => dryRun ? s.Pending.Count : s.AppliedNow.Count);
        console.WriteLine(count == 0 ? "Nothing to do: the schema fits this program." : dryRun ? $"{count} scripts are pending." : $"Applied {count} scripts.");
    }
}
