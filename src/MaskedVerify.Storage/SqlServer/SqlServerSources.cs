using System.Data.Common;
using System.Globalization;
using System.Net;
using Microsoft.Data.SqlClient;

namespace MaskedVerify.Storage;

/// <summary>Connections of a SQL Server installation, each made safe by settings that travel with it.</summary>
internal static class SqlServerSources
{
    /// <summary>Where nothing is configured. The certificate that a server makes for itself will do, as nothing leaves the machine.</summary>
    public const string DefaultDatabase = "Server=127.0.0.1;Database=maskedverify;Integrated Security=true;Encrypt=true;TrustServerCertificate=true";

    /// <summary>What the driver needs of the process.</summary>
    public const string NeedsCultures =
        "the driver of SQL Server needs culture data: install ICU (Debian: libicu72 or newer) and start with the environment variable DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false";

    /// <summary>Pooled connections: no statement lasts for ever, none joins a transaction of its surroundings.</summary>
    public static DbDataSource Pooled(string text, StorageOptions options)
    {
        var builder = Base(text);
        builder.CommandTimeout = (int)Math.Ceiling(options.StatementTimeout.TotalSeconds);
        return new SqlServerSource(builder);
    }

    /// <summary>Connections for scripts: they wait for another's lock as long as that takes.</summary>
    public static DbDataSource ForScripts(string text)
    {
        var builder = Base(text);
        builder.CommandTimeout = 0;
        builder.ConnectTimeout = Math.Max(builder.ConnectTimeout, 30);
        builder.Pooling = false;
        return new SqlServerSource(builder);
    }

    /// <summary>Server and database, without user and password.</summary>
    public static string Location(string text)
    {
        var builder = new SqlConnectionStringBuilder(text);
        return string.Create(CultureInfo.InvariantCulture, $"{builder.DataSource}/{builder.InitialCatalog}");
    }

    /// <summary>What an operator should know about a connection string that works: sentences, without a secret.</summary>
    public static IReadOnlyList<string> Doubts(string text)
    {
        var builder = new SqlConnectionStringBuilder(text);
        if (IsThisMachine(builder.DataSource))
        {
            return [];
        }

        List<string> doubts = [];
        if (SqlConnectionEncryptOption.Optional.Equals(builder.Encrypt))
        {
            doubts.Add($"the connection to {builder.DataSource} may be unencrypted: set Encrypt=true");
        }

        if (builder.TrustServerCertificate)
        {
            doubts.Add($"the certificate of {builder.DataSource} is not checked: set TrustServerCertificate=false and give the server a certificate that this machine trusts");
        }

        return doubts;
    }

    /// <summary>
    /// The programs start without culture data, which the driver refuses; an operator may have given the process some by an environment variable, which the driver
    /// does not look at. False: there is none.
    /// </summary>
    public static bool HasCultures()
    {
        try
        {
            _ = CultureInfo.GetCultureInfo("en-US");
        }
        catch (CultureNotFoundException)
        {
            return false;
        }

        // For the driver alone: everything else goes on as without.
        AppContext.SetSwitch("System.Globalization.Invariant", false);
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        return true;
    }

    private static bool IsThisMachine(string server)
    {
        var host = server.Split(',', '\\')[0].Trim();
        host = host.StartsWith("tcp:", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;
        return host is "." or "(local)" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }

    private static SqlConnectionStringBuilder Base(string text)
    {
        var builder = new SqlConnectionStringBuilder(text) { Enlist = false, PersistSecurityInfo = false };
        if (!builder.ShouldSerialize("Application Name"))
        {
            builder.ApplicationName = "maskedverify";
        }

        if (!builder.ShouldSerialize("Connect Timeout"))
        {
            builder.ConnectTimeout = 10;
        }

        // After a failed connection the pool would refuse every other one for up to a minute, also when the database is back.
        if (!builder.ShouldSerialize("Pool Blocking Period"))
        {
            builder.PoolBlockingPeriod = PoolBlockingPeriod.NeverBlock;
        }

        // The driver's own retry waits 10 s in between: longer than whoever asks, such as the comparison of clocks. What is worth repeating is repeated here.
        if (!builder.ShouldSerialize("Connect Retry Count"))
        {
            builder.ConnectRetryCount = 0;
        }

        // Batches need few connections, and several silos share what a server has.
        if (!builder.ShouldSerialize("Max Pool Size"))
        {
            builder.MaxPoolSize = 16;
        }

        return builder;
    }

    private sealed class SqlServerSource : DbDataSource
    {
        private readonly string _text;

        public SqlServerSource(SqlConnectionStringBuilder builder)
        {
            HasCultures();
            _text = builder.ConnectionString;

            // What others may write into a log.
            ConnectionString = new SqlConnectionStringBuilder { DataSource = builder.DataSource, InitialCatalog = builder.InitialCatalog }.ConnectionString;
        }

        public override string ConnectionString { get; }

        protected override DbConnection CreateDbConnection() => new SqlConnection(_text);

        protected override void Dispose(bool disposing)
        {
            // Pooled connections outlive their users and would keep the database open.
            using var pool = new SqlConnection(_text);
            SqlConnection.ClearPool(pool);
            base.Dispose(disposing);
        }
    }
}
