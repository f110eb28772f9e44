using System.Data.Common;
using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Storage;

/// <summary>The embedded engine.</summary>
internal sealed class SqliteEngine(IServiceProvider services, SqliteFiles files, SqliteMigrator migrator, ControlDataSource control) : IStorageEngine
{
    public string Invariant => ControlDataSource.Invariant;

    public DbDataSource Control => control;

    public DbDataSource Cluster => throw new NotSupportedException("SQLite serves one process and has no membership table.");

    public IDatabaseMigrator Migrator => migrator;

    public ValueTask EnsureAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken)
    {
        foreach (var file in files.All)
        {
            if (databases.Contains(file.Name, StringComparer.Ordinal))
            {
                migrator.Ensure(file);
            }
        }

        return ValueTask.CompletedTask;
    }

    public IHotStore OpenHotStore() => ActivatorUtilities.CreateInstance<SqliteHotStore>(services, files.Hot);

    public IKeysStore OpenKeysStore() => ActivatorUtilities.CreateInstance<SqliteKeysStore>(services);
}
