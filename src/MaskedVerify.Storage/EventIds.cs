namespace MaskedVerify.Storage;

/// <summary>Event ids of this project: 3000 to 3999. An id, once released, keeps its meaning.</summary>
internal static class EventIds
{
    public const int SchemaApplied = 3000;
    public const int DatabaseOpened = 3001;
    public const int DatabaseClosed = 3002;
    public const int DatabaseDoubtful = 3003;
    public const int DatabaseWasOpenToOthers = 3004;
    public const int DatabaseAwaited = 3005;
    public const int CommitFailed = 3010;
    public const int CommitUnknown = 3011;
    public const int CommitRepeated = 3012;
    public const int RowRefused = 3013;
    public const int WriterStopped = 3014;
    public const int CommitUnavailable = 3016;
    public const int TruncateOwed = 3020;
    public const int CheckpointFailed = 3021;
    public const int PostgresSchemaApplied = 3030;
    public const int SqlServerSchemaApplied = 3031;
    public const int ServerCommitFailed = 3040;
    public const int ServerCommitUnknown = 3041;
    public const int ServerCommitRepeated = 3042;
    public const int ServerRowRefused = 3043;
    public const int ServerCommitNotAsked = 3044;
    public const int ServerRowUnreadable = 3045;
}
