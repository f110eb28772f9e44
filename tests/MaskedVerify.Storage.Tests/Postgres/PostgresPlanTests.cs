using MaskedVerify.Domain;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>Plans are made while tables are small and stay for minutes: they must not become slow while the tables grow.</summary>
public sealed class PostgresPlanTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    private const int Rows = 3_000;
    private const int LookUps = 200;

    [Fact]
    public async Task Read_WhenTheTableGrewSinceThePlan_TouchesTheRowsOfItsKeysOnly()
    {
        await fixture.Database.TruncateAsync();
        await using var storage = new PostgresStorage(fixture.Database);
        for (var i = 0; i < 20; i++)
        {
            await CommitAsync(storage.Hot, i);
            await ReadAsync(storage.Hot, i);
        }

        await Task.WhenAll(Enumerable.Range(20, Rows).Select(i => CommitAsync(storage.Hot, i)));
        var before = await TouchedAsync();
        await Task.WhenAll(Enumerable.Range(0, LookUps).Select(i => ReadAsync(storage.Hot, i * 7)));

        // The server adds up what a session did about once a second, at the end of a statement.
        await Eventually.TrueAsync(
            async () =>
            {
                await ReadAsync(storage.Hot, 1);
                return await TouchedAsync() >= before + LookUps;
            },
            "the look-ups are counted");
        Assert.InRange(await TouchedAsync() - before, LookUps, 10 * LookUps);
    }

    private static async Task CommitAsync(IHotStore store, int i) =>
        Assert.Equal(CommitStatus.Committed, (await store.CommitAsync(StorageSamples.Commit($"pa-{i}", 0, "state"))).Status);

    private static async Task ReadAsync(IHotStore store, int i) =>
        Assert.NotNull(await store.ReadAsync(StorageSamples.Commit("", 0, null).Table, $"pa-{i}"));

    private Task<long> TouchedAsync() =>
        fixture.Database.ScalarAsync<long>("SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE schemaname = 'hot' AND relname = 'hot_state'");
}
