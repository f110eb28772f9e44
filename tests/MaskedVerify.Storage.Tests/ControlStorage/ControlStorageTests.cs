using MaskedVerify.Storage.Tests.GrainStorage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace MaskedVerify.Storage.Tests.ControlStorage;

/// <summary>The grain storage <c>control</c>: the Orleans ADO.NET provider on our own script.</summary>
public sealed class ControlStorageTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private IGrainStorage Storage => silo.Services.GetRequiredKeyedService<IGrainStorage>(StorageServices.ControlStorage);

    [Fact]
    public async Task Write_WhenRepeated_CountsUpAndReadsBack()
    {
        var grain = silo.Grain("tn-one");
        Assert.Equal("empty etag= exists=False", await grain.RereadControl());
        Assert.Equal("first etag=1 exists=True", await grain.WriteControl("first"));
        Assert.Equal("second etag=2 exists=True", await grain.WriteControl("second"));
        Assert.Equal("second etag=2 exists=True", await grain.RereadControl());
    }

    [Fact]
    public async Task Clear_WhenARowExists_LeavesNoRow()
    {
        var grain = silo.Grain("tn-clear");
        await grain.WriteControl("text");
        Assert.Equal(1, CountRows("tn-clear"));

        Assert.Equal("empty etag= exists=False", await grain.ClearControl());

        Assert.Equal(0, CountRows("tn-clear"));
        Assert.Equal("again etag=1 exists=True", await grain.WriteControl("again"));
    }

    [Fact]
    public async Task Write_WhenKeysLookLikeNumbersBehindTheirPrefix_KeepsThemApart()
    {
        string[] keys = ["tn-1a", "tn-01a", "tn-1b", "tn-0000000000000000000000000000001a", "tn-00000000000000000000000000", "rt-1a"];
        foreach (var key in keys)
        {
            Assert.Equal($"{key} etag=1 exists=True", await silo.Grain(key).WriteControl(key));
        }

        foreach (var key in keys)
        {
            Assert.Equal($"{key} etag=1 exists=True", await silo.Grain(key).RereadControl());
        }
    }

    [Fact]
    public async Task Write_WhenFirstWritesRace_OneWinsAndTheOthersAreInconsistent()
    {
        var id = GrainId.Create("test-note", "tn-race");
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Task.Run(async () =>
        {
            try
            {
                await Storage.WriteStateAsync("rule", id, new GrainState<RuleState>(new RuleState { Text = $"{n}" }));
                return "won";
            }
            catch (InconsistentStateException)
            {
                return "lost";
            }
        })));

        Assert.Single(results, result => result == "won");
        Assert.Equal(1, CountRows("tn-race"));
    }

    [Fact]
    public async Task Write_WhenTheVersionIsStaleOrTheRowIsGone_IsInconsistent()
    {
        var id = GrainId.Create("test-note", "tn-stale");
        var fresh = new GrainState<RuleState>(new RuleState { Text = "a" });
        await Storage.WriteStateAsync("rule", id, fresh);
        var stale = new GrainState<RuleState>(new RuleState { Text = "b" }, "1");
        await Storage.WriteStateAsync("rule", id, fresh);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("rule", id, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("rule", id, stale));
        await Storage.ClearStateAsync("rule", id, fresh);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("rule", id, stale));
        Assert.Equal(0, CountRows("tn-stale"));
    }

    [Fact]
    public async Task Connection_WhenOpened_FlushesWithEveryCommit()
    {
        await using var connection = await silo.Services.GetRequiredService<ControlDataSource>().OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT synchronous FROM pragma_synchronous) || ' ' || (SELECT journal_mode FROM pragma_journal_mode)";
        Assert.Equal("2 wal", await command.ExecuteScalarAsync());
    }

    private long CountRows(string key)
    {
        using var connection = new SqliteConnection($"Data Source={silo.Services.GetRequiredService<SqliteFiles>().Control.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM OrleansStorage WHERE GrainIdExtensionString = $key";
        command.Parameters.AddWithValue("$key", key);
        return (long)command.ExecuteScalar()!;
    }
}
