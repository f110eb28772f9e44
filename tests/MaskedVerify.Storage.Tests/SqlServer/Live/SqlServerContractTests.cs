using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using MaskedVerify.Testing;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>The contract on a real SQL Server.</summary>
[Trait(SqlServerSuite.Trait, SqlServerSuite.Name)]
public sealed class SqlServerHotStoreTests(SqlServerFixture fixture) : HotStoreContract, IClassFixture<SqlServerFixture>, IAsyncLifetime
{
    private SqlServerStorage? _storage;
    private RefusingSource? _source;
    private ServerHotStore? _store;
    private ServerDatabase? _database;

    protected override IHotStore Store => _store!;

    protected override int Cases => 20;

    public async ValueTask InitializeAsync()
    {
        await fixture.TruncateAsync();
        _storage = new SqlServerStorage(fixture.ConnectionString, options => options.LookUpTimeout = TimeSpan.FromMilliseconds(200));
        _source = new RefusingSource(_storage.Engine.Hot.Source);
        _store = _storage.HotStoreOver(_source, out _database);
    }

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        await _storage!.DisposeAsync();
    }

    protected override IHotStore NewStore()
    {
        fixture.TruncateAsync().GetAwaiter().GetResult();
        return Store;
    }

    protected override Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync() => fixture.ReadAuditLogAsync();

    protected override bool LoseNextAnswer(bool written)
    {
        Task Fail()
        {
            _database!.CommitStarting = _database.CommitEnded = null;
            _source!.Refuses = true;
            throw new IOException("The connection is gone.");
        }

        _database!.CommitStarting = written ? null : Fail;
        _database.CommitEnded = written ? Fail : null;
        _database.LookedUp = () => _source!.Refuses = false;
        return true;
    }
}

/// <summary>What the contract does not ask: two silos, the look-up of commits, message ids that differ in blanks.</summary>
[Trait(SqlServerSuite.Trait, SqlServerSuite.Name)]
public sealed class SqlServerHotStoreCaseTests(SqlServerFixture fixture) : IClassFixture<SqlServerFixture>, IAsyncLifetime
{
    private SqlServerStorage? _storage;

    public async ValueTask InitializeAsync()
    {
        await fixture.TruncateAsync();
        _storage = new SqlServerStorage(fixture.ConnectionString);
    }

    public ValueTask DisposeAsync() => _storage!.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_WhenTheAnswerIsLost_IsLookedUpAndWrittenOnce(bool written)
    {
        await _storage!.Hot.CommitAsync(Commit("pa-1", 0, "before"));
        var runs = 0;
        Task Fail() => runs++ == 0 ? throw new IOException("The connection is gone.") : Task.CompletedTask;
        (_storage.Engine.Hot.CommitStarting, _storage.Engine.Hot.CommitEnded) = written ? (null, Fail) : ((Func<Task>?)Fail, (Func<Task>?)null);

        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), await _storage.Hot.CommitAsync(Commit("pa-1", 1, "after", Guard("g", "s"))));

        Assert.Equal(written ? 1 : 2, runs);
        Assert.Equal("after", Text(await _storage.Hot.ReadAsync("sample", "pa-1")));
        Assert.Equal(new GuardCounts(1, 1), await _storage.Hot.ReadGuardAsync(Key("g"), Noon, Noon));
    }

    [Fact]
    public async Task Commit_WhenTwoSilosRace_OneWinsEachRow()
    {
        await using var other = new SqlServerStorage(fixture.ConnectionString);
        var results = await Task.WhenAll(Enumerable.Range(0, 400).Select(n => Task.Run(async () =>
            await (n % 2 == 0 ? _storage! : other).Hot.CommitAsync(Commit($"pa-{n / 4}", 0, $"{n}", Unique($"k{n}"), Guard($"g{n / 4}", $"s{n}"))))));

        Assert.Equal(100, results.Count(result => result.Status == CommitStatus.Committed));
        Assert.All(results, result => Assert.True(result.Status is CommitStatus.Committed or CommitStatus.VersionConflict));
        Assert.Equal(100, await fixture.RunAsync("SELECT COUNT(*) FROM hot.hot_state"));
        Assert.Equal(100, await fixture.RunAsync("SELECT COUNT(*) FROM hot.unique_keys"));
    }

    [Fact]
    public async Task Receipts_WhenMessageIdsDifferOnlyInBlanksOrCase_AreKeptApart()
    {
        string[] ids = ["a", "a ", "a  ", "A", "ä", "a\u0308"];
        foreach (var (id, n) in ids.Select((id, n) => (id, n)))
        {
            await _storage!.Hot.CommitAsync(Commit($"pa-{n}", 0, "x", Map(id, 1, n)));
        }

        foreach (var (id, n) in ids.Select((id, n) => (id, n)))
        {
            Assert.Equal(Verification(1, n), (await _storage!.Hot.RecordReceiptAsync(Receipt(id, AttemptStatus.Delivered)))?.Verification);
        }
    }

    [Fact]
    public async Task Commit_WhenARowIsRefused_FailsThatOneAlone()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(async () =>
        {
            try
            {
                var key = n == 7 ? "pa-\ud83d" : $"pa-{n}";
                return (await _storage!.Hot.CommitAsync(Commit($"pb-{n}", 0, "x", n == 7 ? Receipted(key) : Unique($"k{n}")))).Status.ToString();
            }
            catch (StorageUnavailableException)
            {
                return "refused";
            }
        })));

        Assert.Equal("refused", results[7]);
        Assert.Equal(19, results.Count(result => result == nameof(CommitStatus.Committed)));
    }

    private static ReceiptMapRow Receipted(string messageId) => Map(messageId, 1, 1);
}

/// <summary>The contract on a real SQL Server.</summary>
[Trait(SqlServerSuite.Trait, SqlServerSuite.Name)]
public sealed class SqlServerKeysStoreTests(SqlServerFixture fixture) : KeysStoreContract, IClassFixture<SqlServerFixture>, IAsyncLifetime
{
    private SqlServerStorage? _storage;

    protected override IKeysStore Store => _storage!.Keys;

    public async ValueTask InitializeAsync()
    {
        await fixture.TruncateAsync();
        _storage = new SqlServerStorage(fixture.ConnectionString);
    }

    public ValueTask DisposeAsync() => _storage!.DisposeAsync();
}
