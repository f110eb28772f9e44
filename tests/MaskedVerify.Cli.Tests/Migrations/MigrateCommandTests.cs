using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace MaskedVerify.Cli.Tests.Migrations;

/// <summary><c>migrate</c> on a real data folder.</summary>
public sealed class MigrateCommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mv-migrate-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Migrate_WhenTheFolderIsMissing_SaysSo_AndMakesNone()
    {
        var missing = Path.Combine(_data, "missing");
        var ran = await Cli.RunAsync("migrate", "--data", missing);
        Assert.Equal(ExitCodes.NotFound, ran.Code);
        Assert.Contains("There is no data folder", ran.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    public async Task DryRun_ShowsWhatIsPending_AndChangesNothing()
    {
        var ran = await Cli.RunAsync("migrate", "--dry-run", "--data", _data);
        Assert.Equal("", ran.Error);
        Assert.Equal(ExitCodes.Ok, ran.Code);
        Assert.Contains("scripts are pending", ran.Out, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_data));
    }

    [Fact]
    public async Task Migrate_AppliesOnce()
    {
        var first = await RunJsonAsync();
        Assert.All(first, d => Assert.NotEqual(0, d.GetProperty("appliedNow").GetArrayLength()));
        Assert.Equal(["control", "hot", "keys"], first.Select(d => d.GetProperty("database").GetString()!).Order(StringComparer.Ordinal));
        var second = await RunJsonAsync();
        Assert.All(second, d => Assert.Equal(0, d.GetProperty("appliedNow").GetArrayLength()));
        Assert.Contains("Nothing to do", (await Cli.RunAsync("migrate", "--dry-run", "--data", _data)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_WhenTheSchemaIsNewer_Refuses()
    {
        await RunJsonAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_data, "hot.db")}"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO schema_version (version, name, checksum, applied_at) VALUES (9999, '9999-from-the-future', 'x', '2030')";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var ran = await Cli.RunAsync("migrate", "--data", _data);
        Assert.Equal(ExitCodes.Refused, ran.Code);
        Assert.Contains("hot.db", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_WhenAFileIsNoDatabase_SaysSo()
    {
        await File.WriteAllTextAsync(Path.Combine(_data, "keys.db"), new string('x', 8192), TestContext.Current.CancellationToken);
        var ran = await Cli.RunAsync("migrate", "--data", _data);
        Assert.NotEqual(ExitCodes.Ok, ran.Code);
        Assert.StartsWith("maskedverify: ", ran.Error, StringComparison.Ordinal);
        Assert.Contains("keys.db", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgre", "Host=127.0.0.1;Database=x", ExitCodes.Usage, "known are sqlite, postgres and sqlserver")]
    [InlineData("postgres", "Hos=127.0.0.1;Password=hidden", ExitCodes.Usage, "--database cannot be read as a connection string")]
    [InlineData("postgres", "Host=127.0.0.1;Port=1;Database=x;Password=hidden", ExitCodes.Unavailable, "cannot be reached")]
    [InlineData("sqlite", "Host=127.0.0.1;Database=x", ExitCodes.Usage, "--engine postgres")]
    public async Task Migrate_WhenTheDatabaseCannotBeUsed_SaysWhyWithoutThePassword(string engine, string database, int code, string sentence)
    {
        var ran = await Cli.RunAsync("migrate", "--engine", engine, "--database", database, "--data", _data);

        Assert.Equal(code, ran.Code);
        Assert.Contains(sentence, ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", ran.Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement[]> RunJsonAsync(params string[] more)
    {
        var ran = await Cli.RunAsync(["migrate", "--json", "--data", _data, .. more]);
        Assert.Equal("", ran.Error);
        return [.. JsonDocument.Parse(ran.Out).RootElement.GetProperty("databases").EnumerateArray()];
    }
}
