using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Brings the databases to the schema of this program, script by script, and refuses a schema that does not fit.</summary>
public interface IDatabaseMigrator
{
    /// <summary>What is applied and what is pending, per database; changes nothing and creates nothing.</summary>
    /// <exception cref="SchemaMismatchException">A database is newer than this program and does not serve it, or was made by other scripts.</exception>
    /// <exception cref="StorageUnavailableException">A database cannot be read.</exception>
    ValueTask<IReadOnlyList<DatabaseSchema>> InspectAsync(CancellationToken cancellationToken = default);

    /// <summary>Applies what is pending, each database in one transaction under a lock, and says what was applied. Repeating it changes nothing.</summary>
    /// <exception cref="SchemaMismatchException">A database is newer than this program and does not serve it, or was made by other scripts.</exception>
    /// <exception cref="StorageUnavailableException">A database cannot be read or written.</exception>
    ValueTask<IReadOnlyList<DatabaseSchema>> MigrateAsync(CancellationToken cancellationToken = default);
}

/// <summary>The schema of one database.</summary>
/// <param name="Database">Short name: control, hot or keys.</param>
/// <param name="Location">The file, or the server's database.</param>
/// <param name="Version">Number of the last applied script; 0 for none.</param>
/// <param name="Applied">Names of all applied scripts, in order.</param>
/// <param name="AppliedNow">Names of those that this call applied.</param>
/// <param name="Pending">Names of those that are still to be applied.</param>
/// <param name="Serves">A program whose newest script has this number or a later one works on the schema once nothing is pending any more; 0 for any.</param>
public sealed record DatabaseSchema(
    string Database, string Location, int Version, IReadOnlyList<string> Applied, IReadOnlyList<string> AppliedNow, IReadOnlyList<string> Pending, int Serves);

/// <summary>A database does not have the schema that this program needs. The message says which, and what to do.</summary>
public sealed class SchemaMismatchException(string message) : Exception(message);
