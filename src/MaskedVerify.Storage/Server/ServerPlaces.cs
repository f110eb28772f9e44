namespace MaskedVerify.Storage;

/// <summary>Connection strings of a server engine with their defaults in place.</summary>
internal sealed class ServerPlaces(StorageOptions options, string defaultDatabase)
{
    /// <summary>Schemas <c>control</c> and <c>hot</c>.</summary>
    public string Main { get; } = Or(options.Database, defaultDatabase);

    /// <summary>Schema <c>keys</c>.</summary>
    public string Keys => Or(options.KeysDatabase, Main);

    /// <summary>Membership and reminders in the schema <c>control</c>.</summary>
    public string Cluster => Or(options.ClusterDatabase, Main);

    private static string Or(string? text, string other) => string.IsNullOrWhiteSpace(text) ? other : text;
}
