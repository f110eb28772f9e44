using System.Text.Json.Nodes;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Grains;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Front.Tests.Journeys;

/// <summary>Faults below the front: a clear 503, and nothing lost.</summary>
public sealed class FaultJourneyTests
{
    [Fact]
    public async Task Start_WhenTheDatabaseIsLocked_Is503AndWorksAgainAfterwards()
    {
        await using var front = await RunningFront.StartAsync();
        var number = Numbers.Next();
        Answer refused;
        using (var other = new SqliteConnection($"Data Source={Path.Combine(front.Folder, "data", "hot.db")};Pooling=False"))
        {
            await other.OpenAsync();
            using var transaction = other.BeginTransaction(deferred: false);
            refused = await StartAsync(front, number, "locked-1");
        }

        var accepted = await StartAsync(front, number, "locked-1");
        var replayed = await StartAsync(front, number, "locked-1");
        var inbox = await front.SendAsync("GET", $"/sandbox/messages?alias={(string?)accepted.Json["alias"]}");

        Assert.Equal((503, "unavailable"), (refused.Status, refused.Slug));
        Assert.True(refused.Headers.ContainsKey("Retry-After"));
        Assert.Equal(201, accepted.Status);
        Assert.Equal("true", replayed.Headers["Idempotent-Replayed"]);
        Assert.Single(inbox.Json["messages"]!.AsArray());
        Assert.Equal(200, (await front.SendAsync("GET", "/health/live", key: "")).Status);
    }

    [Fact]
    public async Task Check_WhenTheServerWasKilled_StillAcceptsTheCode()
    {
        var folder = Directory.CreateTempSubdirectory("mv-killed-").FullName;
        string[] switches = ["--urls", "http://127.0.0.1:0", "--internal-port", "0"];
        string id, code;
        await using (var first = ServerProcess.Start(folder, switches))
        {
            await first.WaitUntilReadyAsync();
            var lines = first.Output.Split('\n').Where(l => l.Contains("curl ", StringComparison.Ordinal)).Take(2);
            var printed = (await Bash.RunAsync(string.Join('\n', lines))).Split('\n');
            id = (string)JsonNode.Parse(printed[0])!["id"]!;
            code = (string)JsonNode.Parse(printed[1])!["messages"]![0]!["code"]!;
            first.Kill();
        }

        await using (var second = await RunningFront.StartAsync(folder: folder))
        {
            var check = await second.SendAsync("POST", $"/v1/verifications/{id}/check", $$"""{"code":"{{code}}"}""");
            Assert.True((bool?)check.Json["valid"], check.Text);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Start_WhenAGrainDoesNotAnswer_Is503AfterTheTimeout()
    {
        var vault = new FakeGrains { Answer = _ => new TaskCompletionSource<VerificationReply>().Task };
        await using var front = await RunningFront.StartAsync(customise: builder =>
        {
            builder.Services.AddSingleton(services => ScriptedFront.Calls(services, vault));
            builder.Services.PostConfigure<RequestTimeoutOptions>(options => options.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = TimeSpan.FromMilliseconds(100),
                TimeoutStatusCode = options.DefaultPolicy!.TimeoutStatusCode,
                WriteTimeoutResponse = options.DefaultPolicy.WriteTimeoutResponse,
            });
        });
        var answer = await StartAsync(front, Numbers.Next(), "slow");

        Assert.Equal((503, "unavailable"), (answer.Status, answer.Slug));
        Assert.True(answer.Headers.ContainsKey("Retry-After"));
        Assert.Single(vault.Calls);
    }

    private static Task<Answer> StartAsync(RunningFront front, string number, string key) =>
        front.SendAsync("POST", "/v1/verifications", $$$"""{"to":{"phoneNumber":"{{{number}}}"}}""", idempotencyKey: key);
}
