using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>Every statement as the stores themselves send it, with arguments of real rows.</summary>
internal static class SentStatements
{
    private static readonly StorageMetrics s_metrics = new ServiceCollection().AddMetrics().AddSingleton<StorageMetrics>().BuildServiceProvider().GetRequiredService<StorageMetrics>();

    private static readonly Lazy<Task<List<Recorded>>> s_all = new(RunAsync);

    public static Task<List<Recorded>> AllAsync() => s_all.Value;

    /// <summary>The values of a column of a call.</summary>
    public static List<T> Column<T>(this ServerCall call, string name) => (List<T>)call.Arguments.Single(argument => argument.Name == name).Value;

    public static ServerHotStore HotStore(RecordingServer server, out ServerDatabase database)
    {
        database = server.Database;
        return new ServerHotStore(database, new StorageOptions(), s_metrics, TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>Answers as a server on which every item wins.</summary>
    public static IEnumerable<object?[]> Everything(ServerCall call) => call.Statement switch
    {
        ServerStatement.FindTables => call.Column<string>("name").Select((name, n) => new object?[] { n + 1, name }),
        ServerStatement.AddUniqueKeys => call.Column<byte[]>("key").Select(key => new object?[] { key }),
        ServerStatement.UpdateStates or ServerStatement.DeleteStates => call.Column<int>("n").Select(n => new object?[] { n }),
        ServerStatement.InsertStates => call.Column<int>("table_id").Zip(call.Column<byte[]>("key"), (table, key) => new object?[] { table, key }),
        ServerStatement.AddReceipts => call.Column<string>("carrier").Zip(call.Column<string>("message_id"), (carrier, id) => new object?[] { carrier, id }),
        ServerStatement.LockReceipts => call.Column<string>("carrier").Zip(
            call.Column<string>("message_id"),
            (carrier, id) => id == "ended"
                ? new object?[] { carrier, id, HotReads.IdOf(Verification(1, 1)), HotReads.TagOf(Alias(1)), 0, null, null, null, null, 5L, 6L, null, null, null, null }
                : new object?[] { carrier, id, null, null, null, null, null, null, null, 5L, null, null, null, null, null }),
        ServerStatement.AddLate => call.Column<byte[]>("verification").Select(verification => new object?[] { verification }),
        ServerStatement.TransactionName => [["7"]],
        ServerStatement.TransactionOutcome => [["committed"]],
        ServerStatement.AnyDue => [[1]],
        ServerStatement.LockAudits => [[0L]],
        ServerStatement.MoveAudits => [[3L]],
        ServerStatement.ReadAuditBacklog => [[4L, Noon.UtcTicks]],
        ServerStatement.FindAliases => call.Column<byte[]>("index_key").Select(key => new object?[] { key, KeysServerPlan.BytesOf(Alias(1)) }),
        _ => [],
    };

    private static async Task<List<Recorded>> RunAsync()
    {
        var hot = new RecordingServer { Answer = Everything };
        await using (var store = HotStore(hot, out var database))
        {
            await store.CommitAsync(new HotCommit("sample", "pa-1", 0, [1], [Unique("k"), Kept("k"), Outcome(1, 1), Guard("g", "s"), Map("m", 1, 1), Due(1, 1), Audit("a")]));
            await store.CommitAsync(new HotCommit("sample", "pa-1", 1, [2], [new DueDoneRow(Verification(1, 1)), Applied("m", 1, 1, AttemptStatus.Sent), Returned("g", "s")]));
            await store.CommitAsync(new HotCommit("sample", "pa-1", 2, null, []));
            await store.CommitAsync(new HotCommit("sample", "pa-2", 0, null, []));
            await store.RecordReceiptAsync(Receipt("m", AttemptStatus.Delivered, reason: "r"));
            Assert.True((await store.RecordReceiptAsync(Receipt("ended", AttemptStatus.Delivered)))!.IsApplied);
            await store.ReadAsync("sample", "pa-1");
            await store.FindUniqueKeyAsync(Key("k"));
            await store.ReadOutcomeAsync(Verification(1, 1));
            await store.ReadGuardAsync(Key("g"), Noon, Noon);
            await store.ClaimDueAsync(Noon, Noon, 10);
            await store.FindReceiptMapsAsync(Carrier, ["m"]);
            await store.FindUnappliedReceiptsAsync(10);
            await store.SweepAsync(Noon, 10);
            await store.CommitAsync(new HotCommit("sample", "pa-1", 2, [3], [new AliasErasedRow(Alias(1))]));
            await store.DrainAsync(10);
            await store.ReadBacklogAsync();
            database.CommitEnded = () => throw new IOException("lost");
            await store.CommitAsync(new HotCommit("sample", "pa-3", 0, [1], []));
            database.CommitEnded = null;

            // A conflict, after its key was taken.
            hot.Answer = call => call.Statement == ServerStatement.UpdateStates ? [] : Everything(call);
            await store.CommitAsync(new HotCommit("sample", "pa-1", 7, [1], [Unique("k2")]));
        }

        var keys = new RecordingServer("keys") { Answer = Everything };
        await using (var store = new ServerKeysStore(keys.Database, new StorageOptions(), s_metrics, TimeProvider.System, NullLogger.Instance))
        {
            var tenant = TenantId.Parse("tn-sample");
            await store.AddAliasAsync(new NewAliasKeys(tenant, Alias(1), Key("index"), 1, new WrappedKey(3, Key("subject")), Noon));
            await store.FindAliasAsync(Key("index"));
            await store.ReadSubjectKeyAsync(Alias(1));
            await store.FindUnseenAsync(Noon, 10);
            await store.MarkSeenAsync([Alias(1)]);
            await store.AddKeyAsync(tenant, "code", new WrappedKey(1, [1]));
            await store.ReadKeysAsync(tenant, "code");
            await store.EraseAliasAsync(Alias(1));
        }

        return [.. hot.Sent, .. keys.Sent];
    }
}
