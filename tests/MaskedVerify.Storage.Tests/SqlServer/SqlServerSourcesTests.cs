using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage.Tests.SqlServer;

public sealed class SqlServerSourcesTests
{
    private const string Good = "Server=db1,1433;Database=maskedverify;User ID=mv;Password=hunter2;Encrypt=true";

    [Fact]
    public void Sources_WhenShownToOthers_HaveNoUserAndNoPassword()
    {
        using var source = SqlServerSources.Pooled(Good, new StorageOptions());

        Assert.Equal("db1,1433/maskedverify", SqlServerSources.Location(Good));
        Assert.DoesNotContain("hunter2", source.ConnectionString, StringComparison.Ordinal);
        Assert.DoesNotContain("mv;", source.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("db1,1433", source.ConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public void Pooled_WhenTheOperatorSaysNothing_SetsTimeoutsAndKeepsOutOfForeignTransactions()
    {
        using var source = SqlServerSources.Pooled(Good, new StorageOptions { StatementTimeout = TimeSpan.FromSeconds(7) });
        using var connection = source.CreateConnection();

        Assert.Contains("Command Timeout=7", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Connect Timeout=10", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Enlist=False", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Application Name=maskedverify", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Max Pool Size=16", connection.ConnectionString, StringComparison.Ordinal);

        // After an outage the first connection is tried at once, and by us.
        Assert.Contains("Pool Blocking Period=NeverBlock", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Connect Retry Count=0", connection.ConnectionString, StringComparison.Ordinal);
        Assert.True(connection.CanCreateBatch);
    }

    [Fact]
    public void Pooled_WhenTheOperatorChoseATimeout_KeepsIt()
    {
        using var source = SqlServerSources.Pooled(Good + ";Connect Timeout=3;Max Pool Size=90;Application Name=other;Pool Blocking Period=AlwaysBlock;Connect Retry Count=2", new StorageOptions());
        using var connection = source.CreateConnection();

        Assert.Contains("Max Pool Size=90", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Connect Timeout=3;", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Pool Blocking Period=AlwaysBlock", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Connect Retry Count=2", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Application Name=other", connection.ConnectionString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Server=127.0.0.1;Database=d;Integrated Security=true;Encrypt=false;TrustServerCertificate=true", 0)]
    [InlineData("Server=tcp:localhost,1433;Database=d;Integrated Security=true;TrustServerCertificate=true", 0)]
    [InlineData("Server=.\\SQLEXPRESS;Database=d;Integrated Security=true;Encrypt=optional", 0)]
    [InlineData(Good, 0)]
    [InlineData("Server=db1;Database=d;User ID=a;Password=b;Encrypt=false", 1)]
    [InlineData("Server=db1;Database=d;User ID=a;Password=b;TrustServerCertificate=true", 1)]
    [InlineData("Server=10.0.0.7;Database=d;User ID=a;Password=b;Encrypt=optional;TrustServerCertificate=true", 2)]
    public void Doubts_WhenTheConnectionCanBeReadOrFaked_SayWhatToSet(string text, int count)
    {
        var doubts = SqlServerSources.Doubts(text);

        Assert.Equal(count, doubts.Count);
        Assert.All(doubts, doubt => Assert.Contains("set ", doubt, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nonsense", "cannot be read")]
    [InlineData("Server=a;Database=b;Encrypt=perhaps;User ID=c", "cannot be read")]
    [InlineData("Server=a;Database=b;User ID=c;Hunter=2", "cannot be read")]
    [InlineData("Server=a;User ID=c", "must name Server and Database")]
    [InlineData("Server=a;Database=b", "names no user")]
    [InlineData("Server=a;Database=b;User ID=c;MultipleActiveResultSets=true", "MultipleActiveResultSets")]
    [InlineData("Server=a;Database=b;User ID=c;ApplicationIntent=ReadOnly", "ReadOnly")]
    [InlineData("Server=a;Database=b;User ID=c;AttachDbFilename=d.mdf", "attaches a file")]
    [InlineData("", "must name Server and Database")]
    public void Mistake_WhenAConnectionStringCannotBeUsed_SaysWhatToDoAndRepeatsNothing(string text, string expected)
    {
        var mistake = SqlServerPlaceCheck.Mistake("--database", text + ";Password=hunter2");

        Assert.StartsWith("--database ", mistake, StringComparison.Ordinal);
        Assert.Contains(expected, mistake, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", mistake, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Mistake_WhenThereAreSeveral_NamesAllOfThem()
    {
        var mistake = SqlServerPlaceCheck.Mistake("--keys-database", "Server=a;MultipleActiveResultSets=true");

        Assert.Contains("Database", mistake, StringComparison.Ordinal);
        Assert.Contains("names no user", mistake, StringComparison.Ordinal);
        Assert.Contains("MultipleActiveResultSets", mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Good)]
    [InlineData(SqlServerSources.DefaultDatabase)]
    [InlineData("Server=a;Database=b;Authentication=Active Directory Default")]
    public void Mistake_WhenAConnectionStringCanBeUsed_IsNone(string text) => Assert.Null(SqlServerPlaceCheck.Mistake("--database", text));

    [Fact]
    public void Validate_WhenTheOptionsHaveMistakes_NamesAllAtOnceAndWhatTheDriverLacks()
    {
        var result = new StoragePlaceValidator().Validate(Options.DefaultName, new StorageOptions
        {
            Engine = StorageEngine.SqlServer,
            Database = "nonsense",
            KeysDatabase = "Server=a",
            ClusterDatabase = Good,
        });

        var failures = result.Failures!.ToList();
        Assert.Contains(failures, failure => failure.StartsWith("--database ", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("--keys-database ", StringComparison.Ordinal));
        Assert.DoesNotContain(failures, failure => failure.StartsWith("--cluster-database ", StringComparison.Ordinal));
        Assert.Equal(!SqlServerSources.HasCultures(), failures.Exists(failure => failure.Contains("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false", StringComparison.Ordinal)));
    }
}
