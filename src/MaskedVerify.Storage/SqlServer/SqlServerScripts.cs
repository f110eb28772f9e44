using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Single commands over a connection, for schema scripts.</summary>
internal static class SqlServerScripts
{
    /// <summary>Waits for the application lock of a schema, which is held until the transaction ends, and lets every error end the transaction.</summary>
    /// <exception cref="StorageUnavailableException">The server did not give it.</exception>
    public static async Task LockAsync(DbConnection connection, DbTransaction transaction, string schema, CancellationToken cancellationToken)
    {
        var result = 0;
        await RunAsync(connection, transaction, "SET XACT_ABORT ON;", cancellationToken);
        await ReadAsync(
            connection, transaction,
            """
            DECLARE @result integer;
            EXEC @result = sp_getapplock @Resource = @resource, @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = -1;
            SELECT @result;
            """,
            row => result = row.GetInt32(0), cancellationToken, ("@resource", "maskedverify." + schema));
        if (result < 0)
        {
            throw new StorageUnavailableException($"The lock of the schema {schema} was not given ({result}): another migration was in its way. Run `maskedverify migrate` again.");
        }
    }

    public static async Task RunAsync(
        DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var command = Command(connection, transaction, sql, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task ReadAsync(
        DbConnection connection, DbTransaction? transaction, string sql, Action<DbDataReader> row, CancellationToken cancellationToken,
        params (string Name, object Value)[] parameters)
    {
        await using var command = Command(connection, transaction, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            row(reader);
        }

        while (await reader.NextResultAsync(cancellationToken))
        {
            // To the end, so that an error of a later statement shows.
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "The texts are constants of this assembly.")]
    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
