using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace MaskedVerify.Storage.Tests.Postgres;

public sealed class PostgresSourcesTests
{
    [Theory]
    [InlineData("Host=127.0.0.1;Database=d;Username=a", null)]
    [InlineData("Host=localhost;Database=d;Username=a;SSL Mode=Disable", null)]
    [InlineData("Host=localhost:5433,[::1]:5432,127.0.0.2:5432;Database=d;Username=a", null)]
    [InlineData("Host=/var/run/postgresql;Database=d;Username=a", null)]
    [InlineData("Host=@sockets;Database=d;Username=a", null)]
    [InlineData("Host=db1;Database=d;Username=a;Password=hunter2;SSL Mode=VerifyFull", null)]
    [InlineData("Host=db1;Database=d;Username=a;Password=hunter2;SSL Mode=VerifyCA", null)]
    [InlineData("Host=db1;Database=d;Username=a;Password=hunter2", "may be unencrypted: set SSL Mode=VerifyFull")]
    [InlineData("Host=db1;Database=d;Username=a;Password=hunter2;SSL Mode=Prefer", "may be unencrypted")]
    [InlineData("Host=10.0.0.7:5433;Database=d;Username=a;Password=hunter2;SSL Mode=Disable", "may be unencrypted")]
    [InlineData("Host=localhost,db2;Database=d;Username=a;Password=hunter2;SSL Mode=Allow", "may be unencrypted")]
    [InlineData("Host=localhost.example;Database=d;Username=a;Password=hunter2", "may be unencrypted")]
    [InlineData("Host=db1;Database=d;Username=a;Password=hunter2;SSL Mode=Require", "is not checked: set SSL Mode=VerifyFull")]
    public void Doubts_WhenTheConnectionCanBeReadOrFaked_SayWhatToSet(string text, string? expected)
    {
        var doubts = PostgresSources.Doubts(text);

        Assert.Equal(expected is null ? 0 : 1, doubts.Count);
        Assert.All(doubts, doubt => Assert.Contains(expected!, doubt, StringComparison.Ordinal));
        Assert.All(doubts, doubt => Assert.DoesNotContain("hunter2", doubt, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Postgres", "Host=db1;Database=d;Username=a;Password=hunter2", "SSL Mode=VerifyFull")]
    [InlineData("Postgres", "Host=127.0.0.1;Database=d;Username=a", null)]
    [InlineData("Sqlite", null, null)]
    public void StorageDoubts_OfEachEngine_AreThoseOfItsConnections(string engine, string? database, string? expected)
    {
        using var services = new ServiceCollection().AddMaskedVerifyStorage(options =>
        {
            options.Engine = Enum.Parse<StorageEngine>(engine);
            options.Database = database;
            options.DataDirectory = Path.GetTempPath();
        }).BuildServiceProvider();

        var doubts = services.GetRequiredService<StorageDoubts>().All;
        Assert.Equal(expected is null ? 0 : 1, doubts.Count);
        Assert.All(doubts, doubt => Assert.Contains(expected!, doubt, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ensure_WhenTheConnectionIsDoubtful_WarnsBeforeItConnects()
    {
        var logger = new FakeLogger<PostgresMigrator>();
        var options = new StorageOptions { Engine = StorageEngine.Postgres, Database = "Host=192.0.2.1;Database=d;Username=a;Password=hunter2;Timeout=1" };
        var migrator = new PostgresMigrator(options, new ServerPlaces(options, PostgresSources.DefaultDatabase), new PostgresDialect(), TimeProvider.System, logger);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(async () => await migrator.EnsureAsync(["hot"], stopped.Token));

        var warning = Assert.Single(logger.Collector.GetSnapshot(), record => record.Level == LogLevel.Warning).Message;
        Assert.Contains("SSL Mode=VerifyFull", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", warning, StringComparison.Ordinal);
    }
}
