using System.Data;
using Microsoft.Data.SqlClient;

namespace MaskedVerify.Storage.Tests.SqlServer;

public sealed class SqlServerDialectTests
{
    private readonly SqlServerDialect _dialect = new(new SqlServerSql("hot", TimeSpan.FromMilliseconds(250)));

    [Fact]
    public void Fill_WhenACallHasColumns_MakesOneJsonParameterOfThem()
    {
        var command = new SqlBatchCommand();

        _dialect.Fill(command, new ServerCall(
            ServerStatement.UpdateStates, _ => { },
            ServerArgument.Of("n", [0, 1]), ServerArgument.Of("table_id", [3, 4]), ServerArgument.Of("key", [[1, 2], [255]]),
            ServerArgument.Of("payload", new List<byte[]> { Array.Empty<byte>(), new byte[] { 9 } }), ServerArgument.Of("version", [long.MaxValue, 1L])));

        var parameter = Assert.Single(command.Parameters.Cast<SqlParameter>());
        Assert.Equal(("@rows", SqlDbType.NVarChar, -1), (parameter.ParameterName, parameter.SqlDbType, parameter.Size));
        Assert.Equal("""[[0,3,"AQI=","",9223372036854775807,0],[1,4,"/w==","CQ==",1,1]]""", parameter.Value);
        Assert.Contains("SET LOCK_TIMEOUT 250;", command.CommandText, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_WhenACallHasSingleValues_GivesEachItsType()
    {
        var command = new SqlBatchCommand();

        _dialect.Fill(command, new ServerCall(
            ServerStatement.ClaimDues, _ => { }, ServerArgument.Of("now", 5L), ServerArgument.Of("hidden", 6L), ServerArgument.Of("most", 7)));

        Assert.Equal(
            [("@now", SqlDbType.BigInt, 5L), ("@hidden", SqlDbType.BigInt, 6L), ("@most", SqlDbType.Int, 7)],
            command.Parameters.Cast<SqlParameter>().Select(parameter => (parameter.ParameterName, parameter.SqlDbType, parameter.Value)));
    }

    [Theory]
    [InlineData(1205, 13, "Busy", false)]
    [InlineData(1222, 16, "Busy", false)]
    [InlineData(3960, 16, "Busy", false)]
    [InlineData(SqlServerSql.TransactionGone, 16, "Busy", false)]
    [InlineData(8152, 16, "RowRefused", false)]
    [InlineData(2628, 16, "RowRefused", false)]
    [InlineData(547, 16, "RowRefused", false)]
    [InlineData(2601, 14, "Busy", false)]
    [InlineData(2627, 14, "Busy", false)]
    [InlineData(515, 16, "RowRefused", false)]
    [InlineData(-2, 11, "Unavailable", true)]
    [InlineData(9002, 17, "Unavailable", false)]
    [InlineData(18456, 14, "Unavailable", false)]
    [InlineData(4060, 11, "Unavailable", false)]
    [InlineData(229, 14, "Unavailable", false)]
    [InlineData(208, 16, "Unavailable", false)]
    [InlineData(3906, 16, "Unavailable", false)]
    [InlineData(0, 20, "ConnectionLost", true)]
    [InlineData(10054, 20, "ConnectionLost", true)]
    [InlineData(40613, 17, "ConnectionLost", true)]
    [InlineData(6005, 10, "ConnectionLost", true)]
    [InlineData(823, 24, "ConnectionLost", true)]
    [InlineData(20, 20, "Unavailable", true)]
    [InlineData(-2146893019, 20, "Unavailable", true)]
    [InlineData(-2146893022, 20, "Unavailable", true)]
    [InlineData(-2146893017, 20, "Unavailable", true)]
    [InlineData(-2146893016, 20, "Unavailable", true)]
    public void Classify_WhenTheServerOrTheDriverSpeaks_GoesByNumberAndClass(int number, byte errorClass, string fault, bool commitUnknown)
    {
        var error = SqlErrors.Of(number, errorClass);

        Assert.Equal(Enum.Parse<ServerFault>(fault), _dialect.Classify(error));
        Assert.Equal(commitUnknown, _dialect.LeavesCommitUnknown(error));
        Assert.DoesNotContain("secret", _dialect.Describe(error), StringComparison.Ordinal);
        Assert.True(number <= 0 || _dialect.Describe(error).Contains($"SQL Server {number}", StringComparison.Ordinal), _dialect.Describe(error));
    }

    [Theory]
    [InlineData(20, 20, "offers no encryption", "Encrypt=false")]
    [InlineData(-2146893019, 20, "a certificate that this machine does not trust", "HostNameInCertificate")]
    [InlineData(-2146893022, 20, "or that is for another host name", "TrustServerCertificate=true")]
    [InlineData(10054, 20, "the connection was lost", "starting")]
    public void Describe_WhenTheConnectionCouldNotBeMade_TellsWhatItIsAndWhatToDo(int number, byte errorClass, string what, string remedy)
    {
        var text = _dialect.Describe(SqlErrors.Of(number, errorClass));

        Assert.Contains(what, text, StringComparison.Ordinal);
        Assert.Contains(remedy, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 20, true)]
    [InlineData(-2, 11, true)]
    [InlineData(40613, 17, true)]
    [InlineData(10928, 16, true)]
    [InlineData(20, 20, false)]
    [InlineData(-2146893019, 20, false)]
    [InlineData(18456, 14, false)]
    [InlineData(4060, 11, false)]
    [InlineData(208, 16, false)]
    public void IsAway_OnlyWhereWaitingMayHelp(int number, byte errorClass, bool isAway) => Assert.Equal(isAway, SqlServerErrors.IsAway(number, errorClass));

    [Fact]
    public void Classify_WhenItIsNoErrorOfTheServer_IsCareful()
    {
        Assert.Equal(ServerFault.ConnectionLost, _dialect.Classify(new InvalidOperationException("This SqlTransaction has completed.")));
        Assert.Equal(ServerFault.ConnectionLost, _dialect.Classify(new IOException()));
        Assert.Equal(ServerFault.RowRefused, _dialect.Classify(new FormatException()));
        Assert.Equal(ServerFault.Busy, _dialect.Classify(new TimeoutException()));
        Assert.Equal(ServerFault.Unavailable, _dialect.Classify(new NotSupportedException()));
        Assert.True(_dialect.LeavesCommitUnknown(new InvalidOperationException()));
        Assert.True(_dialect.LeavesCommitUnknown(new IOException()));
    }
}
