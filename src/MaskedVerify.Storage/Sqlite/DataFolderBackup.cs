using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Data.Sqlite;

namespace MaskedVerify.Storage;

/// <summary>
/// Copies the databases of a data folder while a server may be writing to them. Each copy is one moment of its database. The moments follow each other hot, keys, control, so that whatever a copied row needs is in a later copy: a key is made before the row that it opens, and
/// destroyed before that row.
/// </summary>
public static class DataFolderBackup
{
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(30);

    /// <summary>Copies into a folder, which is made (0700) or is empty. What stands there under its final name is complete, whole and on the disk.</summary>
    /// <returns>One entry per database.</returns>
    /// <exception cref="BackupException">The source or the target does not fit; the message says what to do.</exception>
    /// <exception cref="StorageUnavailableException">A database cannot be read, or the target cannot be written.</exception>
    public static IReadOnlyList<BackupFile> Run(string dataDirectory, string target)
    {
        var files = new SqliteFiles(new StorageOptions { DataDirectory = dataDirectory });
        if (files.All.FirstOrDefault(f => !File.Exists(f.Path)) is { } missing)
        {
            throw new BackupException($"There is no database {missing.Path}: name the data folder of a server.");
        }

        try
        {
            Prepare(target);
            return [.. new[] { files.Hot, files.Keys, files.Control }.Select(file => Copy(file, target))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException($"The folder {target} cannot be written: {error.Message}", error);
        }
    }

    private static void Prepare(string target)
    {
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new BackupException($"The folder {target} is not empty. Each backup needs a folder of its own.");
        }

        OwnerOnly.MakeFolder(target);
    }

    private static BackupFile Copy(SqliteFile file, string target)
    {
        var path = Path.Combine(Path.GetFullPath(target), Path.GetFileName(file.Path));
        var partial = path + ".partial";
        try
        {
            Vacuum(file, partial);
            Check(partial);
        }
        catch (SqliteException error)
        {
            throw error.Unavailable(file);
        }

        using (var stream = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
        {
            stream.Flush(flushToDisk: true);
        }

        File.Move(partial, path);
        return new BackupFile(file.Name, path, new FileInfo(path).Length);
    }

    // VACUUM INTO reads one snapshot and blocks no writer; it leaves out deleted bytes. An empty file it takes as it is, and with its mode.
    private static void Vacuum(SqliteFile file, string partial)
    {
        OwnerOnly.OpenFile(partial, FileMode.CreateNew).Dispose();
        using var connection = SqliteOpening.Open(file, s_busy);
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $path;";
        command.Parameters.AddWithValue("$path", partial);
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    private static void Check(string path)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using var connection = new SqliteConnection(text.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1);";
        command.CommandTimeout = 0;
        if (command.ExecuteScalar() is not "ok")
        {
            throw new BackupException($"The copy {path} is damaged, so the database or its disk is. Look at the disk, and keep older backups.");
        }
    }
}

/// <summary>One copied database.</summary>
/// <param name="Database">Short name: hot, keys or control.</param>
/// <param name="Path">The copy.</param>
/// <param name="Bytes">Its size.</param>
public sealed record BackupFile(string Database, string Path, long Bytes);

/// <summary>A backup cannot be made. The message says why, and what to do.</summary>
public sealed class BackupException(string message) : Exception(message);
