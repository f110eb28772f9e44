namespace MaskedVerify.Storage;

/// <summary>A script as a database remembers it.</summary>
internal readonly record struct AppliedScript(int Version, string Name, string Checksum);

/// <summary>Compares what a database remembers with what this program brings.</summary>
internal static class SchemaPlan
{
    /// <summary>The scripts that are still to be applied, in order.</summary>
    /// <exception cref="SchemaMismatchException">The database does not fit.</exception>
    public static IReadOnlyList<SchemaScript> Pending(string location, IReadOnlyList<SchemaScript> scripts, IReadOnlyList<AppliedScript> applied)
    {
        var newest = scripts.Count == 0 ? 0 : scripts.Max(script => script.Version);
        foreach (var done in applied)
        {
            var script = scripts.FirstOrDefault(candidate => candidate.Version == done.Version);
            if (script is null)
            {
                throw new SchemaMismatchException(done.Version > newest
                    ? $"The schema of {location} is newer ({done.Name}) than this program knows (up to {newest:0000}). Run the newer program, or restore a backup from before its migration."
                    : $"The schema of {location} has a script that this program does not know ({done.Name}). Run the program that made it, or restore a backup.");
            }

            if (!string.Equals(script.Checksum, done.Checksum, StringComparison.Ordinal))
            {
                throw new SchemaMismatchException(
                    $"The schema of {location} was made by another text of the script {done.Name}. A released script is never edited: run the program that made the database, or restore a backup.");
            }
        }

        var pending = scripts.Where(script => applied.All(done => done.Version != script.Version)).ToList();
        var last = applied.Count == 0 ? 0 : applied.Max(done => done.Version);
        return pending.Find(script => script.Version < last) is { } gap
            ? throw new SchemaMismatchException($"The schema of {location} lacks the script {gap.Name} but has later ones. Restore a backup.")
            : pending;
    }
}
