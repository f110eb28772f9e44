namespace MaskedVerify.Testing;

/// <summary>A database of its own on a server, whichever product that is.</summary>
public interface ITestDatabase
{
    /// <summary>For a login that may do everything in it.</summary>
    string ConnectionString { get; }

    /// <summary>Runs a command and answers its first value.</summary>
    Task<object?> RunAsync(string sql);

    /// <summary>The audit log by shard and number.</summary>
    Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync();
}
