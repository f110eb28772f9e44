using System.ComponentModel.DataAnnotations;

namespace MaskedVerify.Storage;

/// <summary>Where and how state is kept. Every value but <see cref="DataDirectory"/> has a default that fits one server process.</summary>
public sealed class StorageOptions
{
    /// <summary>Folder of <c>control.db</c>, <c>hot.db</c> and <c>keys.db</c>; made at start, readable by its owner only. Absolute, or relative to the working directory.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "DataDirectory names no folder.")]
    public string DataDirectory { get; set; } = string.Empty;

    /// <summary>Whether start-up applies pending schema scripts by itself. Default true; if false, pending scripts are a refusal that names the <c>migrate</c> command.</summary>
    public bool MigrateAtStart { get; set; } = true;

    /// <summary>Databases that hot rows are spread over by hash. Default 1, which is also the only value until a store for more exists.</summary>
    [Range(1, 1, ErrorMessage = "HotShards must be 1: this release keeps hot rows in one database.")]
    public int HotShards { get; set; } = 1;

    /// <summary>Most items of one transaction, 1 to 10,000. Default 512: beyond that the fixed cost of a commit no longer shows.</summary>
    [Range(1, 10_000)]
    public int BatchItems { get; set; } = 512;

    /// <summary>Most payload bytes of one transaction, unless a single item is larger. 4 KiB to 256 MiB, default 4 MiB.</summary>
    [Range(4096, 268_435_456)]
    public int BatchBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Writes that may wait for one database, 16 to 1,000,000. Default 4096, about a quarter of a second of work.</summary>
    [Range(16, 1_000_000)]
    public int QueueLength { get; set; } = 4096;

    /// <summary>How long a write waits for a place in a full queue before it is refused as unavailable. 0 to 1 minute, default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a transaction waits for a lock that another process holds, before its one repetition. 0 to 1 minute, default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Page cache of a writer in MiB, 1 to 4096. Default 16: SQLite walks its whole cache at the end of a transaction that split a page, so a larger
    /// one costs more than the reads it saves, which the operating system answers from memory.
    /// </summary>
    [Range(1, 4096)]
    public int WriterCacheMegabytes { get; set; } = 16;
}
