using System.Data.Common;
using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Storage;

/// <summary>Everything that a database product must bring. <see cref="StorageServices"/> chooses one by <see cref="StorageOptions.Engine"/>.</summary>
internal interface IStorageEngine
{
    /// <summary>By this name the Orleans ADO.NET providers know the database product.</summary>
    string Invariant { get; }

    /// <summary>Connections for control state. Open without asking for more than the schema <c>control</c>.</summary>
    DbDataSource Control { get; }

    /// <summary>Connections for membership and reminders.</summary>
    /// <exception cref="NotSupportedException">The engine is for one process.</exception>
    DbDataSource Cluster { get; }

    /// <summary>Schema scripts.</summary>
    IDatabaseMigrator Migrator { get; }

    /// <summary>Returns once the named databases (control, hot and keys; or cluster alone) have the right schema; applies pending scripts if <see cref="StorageOptions.AppliesAtStart"/>.</summary>
    /// <exception cref="SchemaMismatchException">One does not fit.</exception>
    /// <exception cref="StorageUnavailableException">One cannot be reached, read or written.</exception>
    ValueTask EnsureAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken);

    /// <summary>The hot store; the caller disposes of it.</summary>
    IHotStore OpenHotStore();

    /// <summary>The keys store; the caller disposes of it.</summary>
    IKeysStore OpenKeysStore();
}
