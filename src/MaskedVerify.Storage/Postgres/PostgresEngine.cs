using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage;

/// <summary>PostgreSQL: the schemas <c>control</c>, <c>hot</c> and <c>keys</c> in one database or in several.</summary>
internal sealed class PostgresEngine : ServerEngine
{
    private readonly PostgresDialect _dialect = new();

    public PostgresEngine(IOptions<StorageOptions> options, StorageMetrics metrics, TimeProvider time, ILoggerFactory loggers)
        : base(options.Value, new ServerPlaces(options.Value, PostgresSources.DefaultDatabase), metrics, time, loggers) =>
        Migrator = new PostgresMigrator(Options, Places, _dialect, time, loggers.CreateLogger<PostgresMigrator>());

    public override string Invariant => "Npgsql";

    public override ServerMigrator Migrator { get; }

    protected override ServerDatabase Open(string name, string schema, string text)
    {
        return At(Options.BusyTimeout) with { Brief = At(ServerDatabase.BriefWait(Options)) };

        ServerDatabase At(TimeSpan lockTimeout) =>
            new(name, PostgresSources.Location(text), PostgresSources.Pooled(text, schema, Options, lockTimeout), _dialect);
    }
}
