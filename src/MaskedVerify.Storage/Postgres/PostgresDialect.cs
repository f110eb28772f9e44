using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using NpgsqlTypes;

namespace MaskedVerify.Storage;

/// <summary>PostgreSQL: columns as arrays, errors by SQLSTATE.</summary>
internal sealed class PostgresDialect : IServerDialect
{
    public string Product => "PostgreSQL";

    public void Fill(DbBatchCommand command, ServerCall call)
    {
        command.CommandText = PostgresSql.Text(call.Statement);
        foreach (var argument in call.Arguments)
        {
            var type = argument.Type switch
            {
                ServerType.Bytes => NpgsqlDbType.Bytea,
                ServerType.Int64 => NpgsqlDbType.Bigint,
                ServerType.Int32 => NpgsqlDbType.Integer,
                _ => NpgsqlDbType.Text,
            };
            command.Parameters.Add(new NpgsqlParameter
            {
                Value = argument.Value,
                NpgsqlDbType = argument.IsColumn ? type | NpgsqlDbType.Array : type,
            });
        }
    }

    public ServerFault Classify(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable } =>
            ServerFault.Busy,
        PostgresException known when IsGoing(known.SqlState) => ServerFault.ConnectionLost,
        PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] } => ServerFault.RowRefused,
        PostgresException => ServerFault.Unavailable,
        NpgsqlException { InnerException: TimeoutException } => ServerFault.Unavailable,
        NpgsqlException or IOException or ObjectDisposedException => ServerFault.ConnectionLost,
        ArgumentException or InvalidCastException or OverflowException => ServerFault.RowRefused, // before it was sent: a text that is no Unicode, for example
        TimeoutException => ServerFault.Busy,
        _ => ServerFault.Unavailable,
    };

    public bool LeavesCommitUnknown(Exception error) => error is not PostgresException known || IsGoing(known.SqlState);

    public string Describe(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            "refuses this user or password; correct Username and Password of the connection string, or pg_hba.conf of the server (PostgreSQL 28P01)",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            "does not exist on this server; make it with CREATE DATABASE, or correct Database of the connection string (PostgreSQL 3D000)",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            "does not allow this user to do that; see deploy/sql/postgres/roles.sql (PostgreSQL 42501)",
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } =>
            "lacks tables; run `maskedverify migrate --engine postgres` (PostgreSQL 42P01)",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "cannot grow because the server's disk is full (PostgreSQL 53100)",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
            "has no connection left; raise max_connections of the server or lower Maximum Pool Size (PostgreSQL 53300)",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
            "is read-only; it may be a standby: name the primary server (PostgreSQL 25006)",
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => "took longer over a statement than the statement timeout (PostgreSQL 57014)",
        PostgresException known when IsGoing(known.SqlState) => $"is starting, stopping or restarting (PostgreSQL {known.SqlState})",
        PostgresException known when Classify(known) == ServerFault.Busy => $"met a row that another transaction holds (PostgreSQL {known.SqlState})",
        PostgresException known when Classify(known) == ServerFault.RowRefused => $"does not take this row (PostgreSQL {known.SqlState})",
        PostgresException known => $"failed (PostgreSQL {known.SqlState})",
        NpgsqlException { InnerException: TimeoutException } => "did not answer in time",
        NpgsqlException or IOException => "cannot be reached; see that the server runs and that Host and Port of the connection string are right",
        ArgumentException => "was given a value that it cannot store",
        _ => $"failed ({error.GetType().Name})",
    };

    /// <inheritdoc cref="ServerMigrator.IsAway"/>
    public static bool IsAway(Exception error) => error switch
    {
        PostgresException known => IsGoing(known.SqlState) || known.SqlState is PostgresErrorCodes.TooManyConnections,
        NpgsqlException => error.InnerException is SocketException or IOException or TimeoutException,
        _ => false,
    };

    /// <summary>Connection exceptions, and a server that stops, crashed, or cannot be connected to now.</summary>
    private static bool IsGoing(string sqlState) => sqlState is ['0', '8', ..] or "57P01" or "57P02" or "57P03" or "57P05" or "25P03";
}
