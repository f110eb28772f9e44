namespace MaskedVerify.Storage;

/// <summary>A schema in a database of a server engine.</summary>
/// <param name="Name">Short name for operators.</param>
/// <param name="Schema">The schema, which is also the name in the scripts.</param>
/// <param name="Text">Connection string.</param>
internal sealed record ServerPlace(string Name, string Schema, string Text)
{
    /// <summary>Without the connection string, which may hold a password.</summary>
    public override string ToString() => Name;
}
