using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;

namespace MaskedVerify.Storage;

/// <summary>SQL Server: columns as JSON, errors by their numbers.</summary>
/// <param name="sql">The texts.</param>
internal sealed class SqlServerDialect(SqlServerSql sql) : IServerDialect
{
    /// <summary>The parameter with all columns of a call.</summary>
    public const string RowsParameter = "@rows";

    public string Product => "SQL Server";

    public void Fill(DbBatchCommand command, ServerCall call)
    {
        command.CommandText = sql.Text(call.Statement);
        List<ServerArgument> columns = [.. call.Arguments.Where(argument => argument.IsColumn)];
        if (columns.Count > 0)
        {
            command.Parameters.Add(new SqlParameter(RowsParameter, SqlDbType.NVarChar, -1) { Value = SqlServerJson.Encode(columns) });
        }

        foreach (var argument in call.Arguments.Where(argument => !argument.IsColumn))
        {
            command.Parameters.Add(Single(argument));
        }
    }

    public ServerFault Classify(Exception error) => error switch
    {
        SqlException known => SqlServerErrors.Classify(known.Number, known.Class),
        NotSupportedException => ServerFault.Unavailable,
        ArgumentException or InvalidCastException or OverflowException or FormatException => ServerFault.RowRefused, // before it was sent: a text that is no Unicode, for example
        TimeoutException => ServerFault.Busy,
        IOException or InvalidOperationException => ServerFault.ConnectionLost, // a connection or transaction that is no more usable
        _ => ServerFault.Unavailable,
    };

    public bool LeavesCommitUnknown(Exception error) => error is not SqlException known || SqlServerErrors.LeavesCommitUnknown(known.Number, known.Class);

    public string Describe(Exception error) => error switch
    {
        SqlException known => SqlServerErrors.Describe(known.Number, known.Class),
        NotSupportedException => "cannot be used by this process: " + SqlServerSources.NeedsCultures,
        InvalidOperationException => "gave up the connection, or has none left; raise Max Pool Size if that is the case",
        IOException => "cannot be reached; see that the server runs and that Server of the connection string is right",
        TimeoutException => "did not answer in time",
        ArgumentException => "was given a value that it cannot store",
        _ => $"failed ({error.GetType().Name})",
    };

    private static SqlParameter Single(ServerArgument argument) => argument.Type switch
    {
        ServerType.Int64 => new SqlParameter("@" + argument.Name, SqlDbType.BigInt) { Value = argument.Value },
        ServerType.Int32 => new SqlParameter("@" + argument.Name, SqlDbType.Int) { Value = argument.Value },
        ServerType.Bytes => new SqlParameter("@" + argument.Name, SqlDbType.VarBinary, 1600) { Value = argument.Value },
        _ => new SqlParameter("@" + argument.Name, SqlDbType.NVarChar, 800) { Value = argument.Value },
    };
}
