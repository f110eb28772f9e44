using System.Data.Common;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>One database of a server engine.</summary>
/// <param name="Name">Short name for logs, metrics and scripts: control, hot or keys.</param>
/// <param name="Location">Server and database for operators, without user and password.</param>
/// <param name="Source">Its pooled connections.</param>
/// <param name="Dialect">The product.</param>
internal sealed record ServerDatabase(string Name, string Location, DbDataSource Source, IServerDialect Dialect)
{
    private static readonly TimeSpan s_briefWait = TimeSpan.FromMilliseconds(50);

    /// <summary>The same database for a batch that is taken apart because of held rows: each lock is waited for only so long as an undisturbed transaction takes.</summary>
    public ServerDatabase? Brief { get; init; }

    /// <summary>Every source of connections.</summary>
    public IEnumerable<DbDataSource> Sources => Brief is null ? [Source] : [Source, Brief.Source];

    /// <summary>How long <see cref="Brief"/> waits for a lock: 50 ms, or <see cref="StorageOptions.BusyTimeout"/> where that is less.</summary>
    public static TimeSpan BriefWait(StorageOptions options) => options.BusyTimeout < s_briefWait ? options.BusyTimeout : s_briefWait;

    /// <summary>Called just before a commit is sent; a test that throws here sees a commit that did not happen.</summary>
    public Func<Task>? CommitStarting { get; set; }

    /// <summary>Called just after a commit; a test that throws here sees a commit whose answer was lost.</summary>
    public Func<Task>? CommitEnded { get; set; }

    /// <summary>Called when the outcome of a commit was looked up in vain.</summary>
    public Action? LookedUp { get; set; }

    /// <summary>A sentence for the operator, without any data.</summary>
    public StorageUnavailableException Unavailable(Exception error) => error switch
    {
        StorageUnavailableException known => known,
        SchemaMismatchException schema => new StorageUnavailableException(schema.Message, schema),
        _ => new StorageUnavailableException($"The database {Name} {Dialect.Describe(error)}. Nothing was written. Database: {Location}", error),
    };
}
