using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Storage;
using MaskedVerify.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Grains.Tests.Plumbing;

/// <summary>The life of several people whose rows are spread over three databases.</summary>
public sealed class HotShardsTests
{
    private const int People = 9;

    [Fact]
    public async Task Aliases_WhenSpreadOverThreeDatabases_LiveAsInOne()
    {
        await using var silos = await SiloFixture.StartAsync(o =>
        {
            o.UseDatabases = true;
            o.Silo = silo => silo.Services.Configure<StorageOptions>(storage => storage.HotShards = 3);
        });
        silos.Carrier.Behaviour = async (message, _) =>
        {
            // The receipt is faster than the answer to the submit.
            await silos.ReceiveAsync($"of {message.Verification}", AttemptStatus.Delivered);
            return CarrierResult.Accepted($"of {message.Verification}", 1);
        };
        var scene = await AliasScene.SetAsync(silos);
        List<VerificationId> started = [];
        for (var n = 0; n < People; n++)
        {
            scene.Number = AliasScene.NextNumber();
            started.Add(await StartAndReplayAsync(scene, $"key-{n}"));
        }

        // The message ids become known with the lazy commits; then the parked receipts find their attempts.
        await silos.AdvanceAsync(TimeSpan.FromSeconds(2));
        foreach (var id in started)
        {
            await Eventually.TrueAsync(
                async () => await silos.PollReceiptsAsync() >= 0 && AliasScene.Ok(await scene.GetAsync(id)).Attempts[0].Status == AttemptStatus.Delivered, "the receipt is applied");
            Assert.True((await scene.CheckAsync(id, TestCarrier.CodeIn(silos.Carrier.Of(id).Single()))).Valid);
        }

        Assert.All(await CountAsync(silos, "outcomes"), count => Assert.True(count > 0));
        await Eventually.TrueAsync(async () => await silos.PollReceiptsAsync() == 0, "nothing is left to apply");
        foreach (var id in started)
        {
            var alias = AliasScene.Ok(await scene.GetAsync(id)).Alias;
            Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(alias)).Kind);
            Assert.Equal(ReplyKind.NotFound, (await scene.GetAsync(id)).Kind);
        }

        Assert.All(await CountAsync(silos, "outcomes"), count => Assert.Equal(0, count));
        Assert.All(await CountAsync(silos, "receipts"), count => Assert.Equal(0, count));
        Assert.All(await CountAsync(silos, "due"), count => Assert.Equal(0, count));
    }

    /// <summary>Starts, starts again with the same key, and with the same key for somebody else.</summary>
    private static async Task<VerificationId> StartAndReplayAsync(AliasScene scene, string key)
    {
        var id = AliasScene.Ok(await scene.StartAsync(AliasScene.Stamp(key))).Id;
        var again = await scene.StartAsync(AliasScene.Stamp(key));
        Assert.Equal((ReplyKind.Replayed, id), (again.Kind, again.Verification?.Id));
        Assert.Equal(ReplyKind.KeyReused, (await scene.StartAsync(AliasScene.Stamp(key), scene.Command(AliasScene.NextNumber()))).Kind);
        await scene.WaitAsync(id);
        return id;
    }

    private static async Task<List<long>> CountAsync(SiloFixture silos, string table)
    {
        List<long> counts = [];
        foreach (var schema in (await silos.Get<IDatabaseMigrator>().InspectAsync()).Where(schema => schema.Database.StartsWith("hot", StringComparison.Ordinal)))
        {
            await using var connection = new SqliteConnection($"Data Source={schema.Location};Pooling=False");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*) FROM {table}";
            counts.Add((long)(await command.ExecuteScalarAsync())!);
        }

        Assert.Equal(3, counts.Count);
        return counts;
    }
}
