using Microsoft.Data.Sqlite;

namespace MaskedVerify.Storage;

/// <summary>One database file of the embedded engine.</summary>
/// <param name="Name">Short name for logs, metrics and scripts: control, hot or keys.</param>
/// <param name="Path">Full path of the file.</param>
/// <param name="SecureDelete">Whether deleted bytes are overwritten.</param>
internal sealed record SqliteFile(string Name, string Path, bool SecureDelete)
{
    /// <summary>Held while the log is copied beside the writer: SQLite refuses a second copy at once, without waiting.</summary>
    public Lock CopyGate { get; } = new();

    /// <summary>Called with each new writer connection; tests use it to bring about faults.</summary>
    public Action<SqliteConnection>? WriterOpened { get; set; }

    /// <summary>Called just before a commit; a test that throws here sees a commit that did not happen.</summary>
    public Action? CommitStarting { get; set; }

    /// <summary>Called just after a commit; a test that throws here sees a commit whose answer was lost.</summary>
    public Action? CommitEnded { get; set; }
}

/// <summary>The files of the embedded engine.</summary>
internal sealed class SqliteFiles
{
    public SqliteFiles(StorageOptions options)
    {
        Directory = Path.GetFullPath(options.DataDirectory);
        Control = File("control");
        Hot = File("hot");
        Keys = File("keys") with { SecureDelete = true };
    }

    public string Directory { get; }

    public SqliteFile Control { get; }

    public SqliteFile Hot { get; }

    public SqliteFile Keys { get; }

    public IEnumerable<SqliteFile> All => [Control, Hot, Keys];

    private SqliteFile File(string name) => new(name, Path.Combine(Directory, name + ".db"), SecureDelete: false);
}
