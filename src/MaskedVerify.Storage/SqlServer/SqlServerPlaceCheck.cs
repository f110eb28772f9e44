using Microsoft.Data.SqlClient;

namespace MaskedVerify.Storage;

/// <summary>Whether a connection string of SQL Server can be used. Never repeats it: it holds a password.</summary>
internal static class SqlServerPlaceCheck
{
    private const string Example = "Server=127.0.0.1;Database=maskedverify;User ID=maskedverify;Password=…;Encrypt=true";

    /// <summary>What is wrong with it, all in one sentence; null if nothing is.</summary>
    /// <param name="name">The switch that it came with.</param>
    /// <param name="text">The connection string.</param>
    public static string? Mistake(string name, string text)
    {
        SqlConnectionStringBuilder parsed;
        try
        {
            parsed = new SqlConnectionStringBuilder(text);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException or NotSupportedException)
        {
            return $"{name} cannot be read as a connection string; it looks like {Example}";
        }

        var mistakes = Mistakes(parsed).ToList();
        return mistakes.Count == 0 ? null : $"{name} {string.Join("; ", mistakes)}.";
    }

    private static IEnumerable<string> Mistakes(SqlConnectionStringBuilder parsed)
    {
        if (string.IsNullOrWhiteSpace(parsed.DataSource) || string.IsNullOrWhiteSpace(parsed.InitialCatalog))
        {
            yield return $"must name Server and Database, as in {Example}";
        }

        if (!parsed.IntegratedSecurity && parsed.Authentication == SqlAuthenticationMethod.NotSpecified && string.IsNullOrEmpty(parsed.UserID))
        {
            yield return "names no user: set User ID and Password, or Integrated Security=true";
        }

        if (parsed.MultipleActiveResultSets)
        {
            yield return "asks for MultipleActiveResultSets, which this program does not use: leave it out";
        }

        if (parsed.ApplicationIntent == ApplicationIntent.ReadOnly)
        {
            yield return "asks for ApplicationIntent=ReadOnly, but this program writes: leave it out";
        }

        if (!string.IsNullOrEmpty(parsed.AttachDBFilename) || parsed.UserInstance)
        {
            yield return "attaches a file; name a database of the server instead";
        }
    }
}
