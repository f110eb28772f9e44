using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage;

/// <summary>SQL Server: the schemas <c>control</c>, <c>hot</c> and <c>keys</c> in one database or in several.</summary>
internal sealed class SqlServerEngine : ServerEngine
{
    public SqlServerEngine(IOptions<StorageOptions> options, StorageMetrics metrics, TimeProvider time, ILoggerFactory loggers)
        : base(options.Value, new ServerPlaces(options.Value, SqlServerSources.DefaultDatabase), metrics, time, loggers) =>
        Migrator = new SqlServerMigrator(Options, Places, time, loggers.CreateLogger<SqlServerMigrator>());

    public override string Invariant => "Microsoft.Data.SqlClient";

    public override ServerMigrator Migrator { get; }

    // The lock timeout is a part of every text here, so one source serves both.
    protected override ServerDatabase Open(string name, string schema, string text)
    {
        var database = new ServerDatabase(name, SqlServerSources.Location(text), SqlServerSources.Pooled(text, Options), Dialect(schema, Options.BusyTimeout));
        return database with { Brief = database with { Dialect = Dialect(schema, ServerDatabase.BriefWait(Options)) } };
    }

    // Control state has statements of its own; only hot and keys have a table of commits.
    private static SqlServerDialect Dialect(string schema, TimeSpan lockTimeout) => new(new SqlServerSql(schema == "keys" ? "keys" : "hot", lockTimeout));
}
