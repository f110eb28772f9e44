using System.Data.Common;
using System.Globalization;

namespace MaskedVerify.Storage;

/// <summary>Settings of a database that this program depends on.</summary>
internal static class SqlServerSettings
{
    /// <summary>The oldest level with <c>OPENJSON</c>.</summary>
    private const int LeastLevel = 130;

    /// <summary>The database acknowledges commits that are not on the disk, whatever a transaction asks for.</summary>
    private const int Forced = 2;

    private const string Query =
        "SELECT CONVERT(integer, compatibility_level), CONVERT(integer, delayed_durability), CONVERT(integer, is_read_committed_snapshot_on) FROM sys.databases WHERE database_id = DB_ID();";

    /// <summary>What works, but not well, in a sentence; null if all is as it should be.</summary>
    /// <exception cref="SchemaMismatchException">The program cannot work on such a database.</exception>
    public static async Task<string?> CheckAsync(DbConnection connection, string location, CancellationToken cancellationToken)
    {
        (int Level, int Delayed, int RowVersions)? found = null;
        await SqlServerScripts.ReadAsync(connection, null, Query, row => found = (row.GetInt32(0), row.GetInt32(1), row.GetInt32(2)), cancellationToken);
        return found is not { } settings
            ? $"the settings of {location} could not be read: see that delayed durability is not forced"
            : settings.Level < LeastLevel
                ? throw new SchemaMismatchException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The database {location} has the compatibility level {settings.Level}; at least {LeastLevel} is needed. Run ALTER DATABASE … SET COMPATIBILITY_LEVEL = 150."))
                : settings.Delayed == Forced
                    ? throw new SchemaMismatchException(
                        $"The database {location} acknowledges commits before they are on the disk. Run ALTER DATABASE … SET DELAYED_DURABILITY = DISABLED.")
                    : settings.RowVersions == 0
                        ? $"look-ups in {location} wait for commits: run ALTER DATABASE … SET READ_COMMITTED_SNAPSHOT ON"
                        : null;
    }
}
