using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MaskedVerify.Storage;

/// <summary>
/// One schema script, <c>NNNN-database-title.sql</c>. A line <c>-- serves: N</c> among the comments at its head promises that a program whose newest script has the number N or a
/// later one works on the schema as this script leaves it; without it only programs do that bring the script.
/// </summary>
/// <param name="Version">Its number; grows over all databases of an engine.</param>
/// <param name="Database">The database it belongs to.</param>
/// <param name="Name">File name without extension.</param>
/// <param name="Text">Its statements.</param>
/// <param name="Checksum">SHA-256 of the text with Unix line ends, in hex.</param>
/// <param name="Serves">The N of that line; null where it has none.</param>
internal sealed record SchemaScript(int Version, string Database, string Name, string Text, string Checksum, int? Serves)
{
    /// <summary>What a database remembers of it.</summary>
    public AppliedScript Applied => new(Version, Name, Checksum, Serves);
}

/// <summary>The scripts of an engine, which the build embeds from <c>deploy/sql/&lt;engine&gt;</c>. A script, once released, is never edited.</summary>
internal static class SchemaScripts
{
    private const string ServesPrefix = "-- serves:";

    /// <summary>Every script of an engine, by number.</summary>
    public static IReadOnlyList<SchemaScript> Of(string engine)
    {
        var assembly = typeof(SchemaScripts).Assembly;
        var prefix = $"sql/{engine}/";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(name => Parse(Path.GetFileNameWithoutExtension(name[prefix.Length..]), Read(assembly.GetManifestResourceStream(name))))
                .OrderBy(script => script.Version),
        ];
    }

    /// <summary>Who may do what with the tables of a server engine; may be run again after every script.</summary>
    public static string Roles(string engine) => Read(typeof(SchemaScripts).Assembly.GetManifestResourceStream($"roles/{engine}/roles.sql"));

    /// <exception cref="FormatException">The name, or the line <c>-- serves: N</c>, has not the shape above, or N is not before the script's own number.</exception>
    public static SchemaScript Parse(string name, string text)
    {
        var parts = name.Split('-', 3);
        if (parts.Length != 3 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new FormatException($"The schema script {name} is not named NNNN-database-title.");
        }

        text = text.ReplaceLineEndings("\n");
        return new SchemaScript(version, parts[1], name, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), Serves(name, version, text));
    }

    private static int? Serves(string name, int version, string text)
    {
        var head = text.Split('\n').TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal));
        if (head.FirstOrDefault(line => line.StartsWith(ServesPrefix, StringComparison.Ordinal)) is not { } line)
        {
            return null;
        }

        return int.TryParse(line.AsSpan(ServesPrefix.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var oldest) && oldest < version
            ? oldest
            : throw new FormatException($"The schema script {name} says \"{line}\": after the colon belongs the number of an earlier script.");
    }

    private static string Read(Stream? stream)
    {
        using var reader = new StreamReader(stream ?? throw new InvalidOperationException("A schema script is missing from the assembly."), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
