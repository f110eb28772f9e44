using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;
using MaskedVerify.Domain;
using MaskedVerify.Storage;
using Spectre.Console;

namespace MaskedVerify.Cli.Backups;

/// <summary><c>maskedverify backup</c>: works on the data folder itself; a server may be running on it.</summary>
internal static class BackupCommand
{
    public static Command Build(ServerOptions server, CliConsole console, Examples examples)
    {
        var target = new Argument<string>("folder") { Description = "Where the copies go: a folder that is new or empty." };
        var command = new Command("backup", "Copy the databases of a data folder, also while a server runs on it.") { target };
        examples.Add(
            command,
            """
            maskedverify backup /backup/maskedverify-1 --data /var/lib/maskedverify

            The root key is not in the copy: whoever has both can read numbers. Keep a copy of keys/root.key apart; without it the databases cannot be read.
            To restore, put the copied files and keys/root.key into a new data folder and start the server with --data.
            """);
        command.SetAction(parsed =>
        {
            var copies = Run(server.Data(parsed), parsed.GetValue(target)!);
            if (server.Json(parsed))
            {
                console.WriteJson(JsonSerializer.SerializeToElement(new { files = copies }, AdminClient.Json));
            }
            else
            {
                Write(console, copies);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static IReadOnlyList<BackupFile> Run(string data, string target)
    {
        try
        {
            return DataFolderBackup.Run(data, target);
        }
        catch (BackupException exception)
        {
            throw new CliException(ExitCodes.Refused, exception.Message);
        }
        catch (StorageUnavailableException exception)
        {
            throw new CliException(ExitCodes.Unavailable, exception.Message);
        }
    }

    private static void Write(CliConsole console, IReadOnlyList<BackupFile> copies)
    {
        var table = new Table().AddColumns("Database", "Copy", "Bytes");
        foreach (var copy in copies)
        {
            table.AddRow(copy.Database, Show.Text(copy.Path), copy.Bytes.ToString(CultureInfo.InvariantCulture));
        }

        console.Write(table);
        console.WriteLine("The root key (keys/root.key in the data folder) is not in the copy. Keep it apart: without it nothing in the databases can be read.");
    }
}
