using System.ComponentModel.DataAnnotations;

namespace MaskedVerify.Storage;

/// <summary>Where and how state is kept. Everything has a default but the folder (SQLite) or the place of the server (the others).</summary>
public sealed class StorageOptions
{
    /// <summary>The database product. Default SQLite, embedded, for one process.</summary>
    [EnumDataType(typeof(StorageEngine), ErrorMessage = "Engine must be sqlite, postgres or sqlserver.")]
    public StorageEngine Engine { get; set; } = StorageEngine.Sqlite;

    /// <summary>
    /// SQLite: folder of <c>control.db</c>, <c>hot.db</c> and <c>keys.db</c>; made at start, readable by its owner only. Absolute, or relative to the working
    /// directory. The server engines do not use it.
    /// </summary>
    public string DataDirectory { get; set; } = string.Empty;

    /// <summary>
    /// Server engines: ADO.NET connection string of the database with the schemas <c>control</c> and <c>hot</c>. Default: database and user
    /// <c>maskedverify</c> of a server on this machine.
    /// </summary>
    public string? Database { get; set; }

    /// <summary>Server engines: connection string of the database with the schema <c>keys</c>, which may be backed up by other rules. Default: <see cref="Database"/>.</summary>
    public string? KeysDatabase { get; set; }

    /// <summary>Server engines: connection string for membership and reminders in the schema <c>control</c>, perhaps of a lesser user. Default: <see cref="Database"/>.</summary>
    public string? ClusterDatabase { get; set; }

    /// <summary>
    /// Whether start-up applies pending schema scripts by itself. If not, pending scripts are a refusal that names the <c>migrate</c> command. Default
    /// (null): on the embedded engine yes, on a server no.
    /// </summary>
    public bool? MigrateAtStart { get; set; }

    /// <summary><see cref="MigrateAtStart"/> or its default.</summary>
    public bool AppliesAtStart => MigrateAtStart ?? Engine == StorageEngine.Sqlite;

    /// <summary>
    /// Server engines: how long a start waits for a database that does not answer, or has no connection left, 0 to 1 hour. Default 1 minute: longer than a server takes to start or
    /// to fail over. What waiting does not help, such as a wrong password, ends the start at once.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StartPatience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Server engines: transactions that one process writes at a time into one database, 1 to 16. Default 1: what arrives meanwhile gathers for the next.</summary>
    [Range(1, 16)]
    public int Writers { get; set; } = 1;

    /// <summary>Server engines: batches of look-ups that one process makes at a time in one database, 1 to 64. Default 2.</summary>
    [Range(1, 64)]
    public int Readers { get; set; } = 2;

    /// <summary>Server engines: how long a statement may take, 1 s to 5 minutes. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Server engines: how long the outcome of a commit whose answer was lost is looked up before it is unknown, 0 to 1 minute. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan LookUpTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Most items of one transaction, 1 to 10,000. Default 512: beyond that the fixed cost of a commit no longer shows.</summary>
    [Range(1, 10_000)]
    public int BatchItems { get; set; } = 512;

    /// <summary>Most payload bytes of one transaction, unless a single item is larger. 4 KiB to 256 MiB, default 4 MiB.</summary>
    [Range(4096, 268_435_456)]
    public int BatchBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Writes that may wait for one database, 16 to 1,000,000; server engines: as many look-ups besides. Default 4096, about a quarter of a second of work.
    /// </summary>
    [Range(16, 1_000_000)]
    public int QueueLength { get; set; } = 4096;

    /// <summary>How long a write, or a look-up on a server engine, waits for a place in a full queue before it is refused as unavailable. 0 to 1 minute, default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a transaction waits for a lock that another process holds, before its one repetition. 0 to 1 minute, default 1 s. Server engines: a batch that meets
    /// one a second time is then written in halves, with short waits of together about a second at most.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Page cache of a writer in MiB, 1 to 4096. Default 16: SQLite walks its whole cache at the end of a transaction that split a page, so a larger
    /// one costs more than the reads it saves, which the operating system answers from memory.
    /// </summary>
    [Range(1, 4096)]
    public int WriterCacheMegabytes { get; set; } = 16;
}
