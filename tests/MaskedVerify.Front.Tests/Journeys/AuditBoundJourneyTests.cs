using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Testing;
using Microsoft.Data.Sqlite;

namespace MaskedVerify.Front.Tests.Journeys;

/// <summary>Audit events do not leave their outbox, on real databases: from the bound on changes are 503 and reads go on, until the drain works again.</summary>
public sealed class AuditBoundJourneyTests
{
    // Without these rows no event gets a number, so the drain fails or finds its place taken.
    private const string BreakDrain = "CREATE TABLE hot.heads_away AS SELECT shard, newest FROM hot.audit_heads; DELETE FROM hot.audit_heads";
    private const string RepairDrain = "INSERT INTO hot.audit_heads (shard, newest) SELECT shard, newest FROM hot.heads_away";
    private const string MakeOld = "UPDATE hot.audit_outbox SET at = at - 36000000000";
    private const string Rows = "SELECT (SELECT count(*) FROM hot.audit_outbox) + (SELECT count(*) FROM hot.audit_log) + (SELECT count(*) FROM hot.guard_counts) + (SELECT count(*) FROM hot.outcomes)";

    [Fact]
    public async Task Changes_WhenTheDrainStandsStillOnSqlite_AreRefusedUntilItWorks()
    {
        await using var front = await RunningFront.StartAsync();
        await JudgeAsync(front, async sql =>
        {
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(front.Folder, "data", "hot.db")};Pooling=False");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql.Replace("hot.", "", StringComparison.Ordinal);
            return await command.ExecuteScalarAsync() is long value ? value : 0;
        });
    }

    [Fact]
    public async Task Changes_WhenTheDrainStandsStillOnPostgres_AreRefusedUntilItWorks()
    {
        var database = await PostgresDatabase.CreateAsync();
        await using var front = await RunningFront.StartAsync(["--engine", "postgres", "--database", database.ConnectionString, "--migrate-at-start"]);
        await JudgeAsync(front, sql => database.ScalarAsync<long>(sql));
    }

    private static async Task JudgeAsync(RunningFront front, Func<string, Task<long>> run)
    {
        var started = await StartAsync(front, Numbers.Next());
        Assert.Equal(201, started.Status);
        var (id, alias) = ((string?)started.Json["id"], (string?)started.Json["alias"]);
        var inbox = await front.SendAsync("GET", $"/sandbox/messages?alias={alias}");
        var code = (string?)inbox.Json["messages"]![0]!["code"];

        await run(BreakDrain);
        Assert.Equal(201, (await StartAsync(front, Numbers.Next())).Status);
        await run(MakeOld);
        await Eventually.TrueAsync(async () => (await ReadyAsync(front)).Contains("changes are refused", StringComparison.Ordinal), "the bound was seen");

        var before = await run(Rows);
        Answer[] refused =
        [
            await StartAsync(front, Numbers.Next()),
            await CheckAsync(front, id, code),
            await front.SendAsync("POST", "/v1/aliases", $$"""{"phoneNumber":"{{Numbers.Next()}}"}"""),
        ];
        Assert.All(refused, answer => Assert.Equal((503, "unavailable", true), (answer.Status, answer.Slug, answer.Headers.ContainsKey("Retry-After"))));
        Assert.Equal(before, await run(Rows));
        Assert.Equal("pending", (string?)(await front.SendAsync("GET", $"/v1/verifications/{id}")).Json["status"]);
        Assert.Equal(200, (await front.SendAsync("GET", "/health/ready", key: "")).Status);

        await run(RepairDrain);
        await Eventually.TrueAsync(async () => (await StartAsync(front, Numbers.Next())).Status == 201, "starts are taken again");
        Assert.True((bool?)(await CheckAsync(front, id, code)).Json["valid"]);
    }

    private static Task<Answer> StartAsync(RunningFront front, string number) =>
        front.SendAsync("POST", "/v1/verifications", $$$"""{"to":{"phoneNumber":"{{{number}}}"}}""");

    private static Task<Answer> CheckAsync(RunningFront front, string? id, string? code) =>
        front.SendAsync("POST", $"/v1/verifications/{id}/check", $$"""{"code":"{{code}}"}""");

    private static async Task<string> ReadyAsync(RunningFront front)
    {
        var key = (await File.ReadAllTextAsync(Path.Combine(front.Folder, "data", "operator.key"))).Trim();
        return (await front.SendAsync("GET", "/health/ready", key: key, client: front.Internal)).Text;
    }
}
