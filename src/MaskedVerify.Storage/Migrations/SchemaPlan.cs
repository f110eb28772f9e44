namespace MaskedVerify.Storage;

/// <summary>A script as a database remembers it.</summary>
/// <param name="Serves">Number of the newest script that a program must bring at least to work on what this one made; null: this one itself.</param>
internal readonly record struct AppliedScript(int Version, string Name, string Checksum, int? Serves);

/// <summary>Compares what a database remembers with what this program brings.</summary>
internal static class SchemaPlan
{
    /// <summary>The scripts of a database that are still to be applied, in order. Scripts of a newer program that say that they serve this one are no hindrance.</summary>
    /// <param name="location">The database, for messages.</param>
    /// <param name="database">Whose scripts: control, hot or keys.</param>
    /// <param name="program">Every script of this program; the highest number among them says how new it is.</param>
    /// <param name="applied">What the database remembers.</param>
    /// <exception cref="SchemaMismatchException">The database does not fit.</exception>
    public static IReadOnlyList<SchemaScript> Pending(string location, string database, IReadOnlyList<SchemaScript> program, IReadOnlyList<AppliedScript> applied)
    {
        var newest = program.Count == 0 ? 0 : program.Max(script => script.Version);
        List<SchemaScript> scripts = [.. program.Where(script => string.Equals(script.Database, database, StringComparison.Ordinal))];
        foreach (var done in applied)
        {
            if (scripts.Find(candidate => candidate.Version == done.Version) is not { } script)
            {
                RequireServed(location, newest, done);
            }
            else if (!string.Equals(script.Checksum, done.Checksum, StringComparison.Ordinal))
            {
                throw new SchemaMismatchException(
                    $"The schema of {location} was made by another text of the script {done.Name}. A released script is never edited: run the program that made the database, or restore a backup.");
            }
        }

        var pending = scripts.FindAll(script => applied.All(done => done.Version != script.Version));
        var last = applied.Count == 0 ? 0 : applied.Max(done => done.Version);
        return pending.Find(script => script.Version < last) is { } gap
            ? throw new SchemaMismatchException($"The schema of {location} lacks the script {gap.Name} but has later ones. Restore a backup.")
            : pending;
    }

    /// <summary>Number of the newest script that a program must bring at least to work on a schema that these scripts made; 0 for none.</summary>
    public static int Serves(IEnumerable<AppliedScript> scripts)
    {
        var oldest = 0;
        foreach (var script in scripts.OrderByDescending(script => script.Version).TakeWhile(script => script.Version > oldest))
        {
            oldest = Math.Max(oldest, script.Serves ?? script.Version);
        }

        return oldest;
    }

    private static void RequireServed(string location, int newest, AppliedScript done)
    {
        if (done.Version <= newest)
        {
            throw new SchemaMismatchException(
                $"The schema of {location} has a script that this program does not know ({done.Name}). Run the program that made it, or restore a backup.");
        }

        if (done.Serves is not { } oldest || oldest > newest)
        {
            throw new SchemaMismatchException(
                $"The schema of {location} is newer ({done.Name}) than this program can work with (it knows scripts up to {newest:0000}). Run the newer program, or restore a backup from before its migration.");
        }
    }
}
