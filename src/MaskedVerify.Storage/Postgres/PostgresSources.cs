using System.Data.Common;
using System.Globalization;
using System.Net;
using Npgsql;

namespace MaskedVerify.Storage;

/// <summary>Connections of a PostgreSQL installation, each made safe and fast by settings that travel with it.</summary>
internal static class PostgresSources
{
    /// <summary>Where nothing is configured.</summary>
    public const string DefaultDatabase = "Host=127.0.0.1;Database=maskedverify;Username=maskedverify";

    /// <summary>
    /// Pooled connections. Durable commits whatever the server's default; no statement, lock or forgotten transaction lasts for ever; errors never quote rows.
    /// </summary>
    /// <param name="text">The operator's connection string.</param>
    /// <param name="schema">Where unqualified names are looked up.</param>
    /// <param name="options">Timeouts.</param>
    /// <param name="lockTimeout">How long a statement waits for a lock.</param>
    public static NpgsqlDataSource Pooled(string text, string schema, StorageOptions options, TimeSpan lockTimeout)
    {
        var statement = (long)options.StatementTimeout.TotalMilliseconds;
        var builder = Base(text);
        builder.SearchPath = schema;
        builder.CommandTimeout = (int)Math.Ceiling(options.StatementTimeout.TotalSeconds) + 5;
        builder.CancellationTimeout = 2000;
        builder.MaxAutoPrepare = 100;
        builder.AutoPrepareMinUsages = 2;

        // Nothing is set in a session, so there is nothing to reset.
        builder.NoResetOnClose = true;
        builder.TcpKeepAlive = true;

        // Batches are looked up by key, always: a plan made while a table was small must not read the whole of it later, and locks are taken in the order of
        // the batch.
        builder.Options = string.Join(
            ' ', builder.Options, "-c synchronous_commit=on", "-c timezone=UTC", "-c jit=off", "-c plan_cache_mode=force_generic_plan", "-c enable_seqscan=off",
            "-c enable_hashjoin=off", "-c enable_mergejoin=off",
            string.Create(CultureInfo.InvariantCulture, $"-c statement_timeout={statement}"),
            string.Create(CultureInfo.InvariantCulture, $"-c lock_timeout={(long)Math.Max(1, lockTimeout.TotalMilliseconds)}"),
            string.Create(CultureInfo.InvariantCulture, $"-c idle_in_transaction_session_timeout={statement}")).Trim();
        return new NpgsqlDataSourceBuilder(builder.ToString()).Build();
    }

    /// <summary>A connection for scripts: it waits for another's lock as long as that takes.</summary>
    public static NpgsqlDataSource ForScripts(string text)
    {
        var builder = Base(text);
        builder.CommandTimeout = 0;
        builder.Timeout = Math.Max(builder.Timeout, 30);
        builder.Pooling = false;
        builder.MaxAutoPrepare = 0;
        builder.Options = string.Join(' ', builder.Options, "-c synchronous_commit=on", "-c statement_timeout=0", "-c lock_timeout=0").Trim();
        return new NpgsqlDataSourceBuilder(builder.ToString()).Build();
    }

    /// <summary>Server and database, without user and password.</summary>
    public static string Location(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder(text);
        return string.Create(CultureInfo.InvariantCulture, $"{builder.Host}:{builder.Port}/{builder.Database}");
    }

    /// <summary>What an operator should know about a connection string that works: sentences, without a secret.</summary>
    public static IReadOnlyList<string> Doubts(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder(text);
        if ((builder.Host ?? string.Empty).Split(',').All(IsThisMachine))
        {
            return [];
        }

        return builder.SslMode switch
        {
            SslMode.VerifyCA or SslMode.VerifyFull => [],
            SslMode.Require => [$"the certificate of {builder.Host} is not checked: set SSL Mode=VerifyFull and give the server a certificate that this machine trusts"],
            _ => [$"the connection to {builder.Host} may be unencrypted: set SSL Mode=VerifyFull"],
        };
    }

    // A path, or a name after @, is a socket of this machine.
    private static bool IsThisMachine(string server)
    {
        var host = server.Trim();
        if (host.Length == 0 || host[0] is '/' or '@' || host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // A port may follow.
        var address = IPEndPoint.TryParse(host, out var end) ? end.Address : null;
        return address is not null ? IPAddress.IsLoopback(address) : host.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase);
    }

    private static NpgsqlConnectionStringBuilder Base(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder(text) { IncludeErrorDetail = false, IncludeFailedBatchedCommand = false, LogParameters = false };
        builder.ApplicationName ??= "maskedverify";
        var given = new DbConnectionStringBuilder { ConnectionString = text };
        if (!given.ContainsKey("Timeout"))
        {
            builder.Timeout = 10;
        }

        // Batches need few connections, and several silos share what a server has.
        if (!given.ContainsKey("Maximum Pool Size") && !given.ContainsKey("MaxPoolSize"))
        {
            builder.MaxPoolSize = 16;
        }

        return builder;
    }
}
