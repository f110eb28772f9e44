using System.Text.Json.Nodes;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Tests.Support;

namespace MaskedVerify.Front.Tests.Hosting;

/// <summary>The three printed lines, run by bash as they are printed.</summary>
public sealed class BannerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-banner-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Lines_WhenRunInBash_VerifyANumberAtTheFirstAndTheSecondStart()
    {
        var keys = new List<string>();
        for (var start = 0; start < 2; start++)
        {
            await using var server = ServerProcess.Start(_folder, "--urls", "http://127.0.0.1:0", "--internal-port", "0");
            await server.WaitUntilReadyAsync();
            var lines = server.Output.Split('\n').Where(l => l.Contains("curl ", StringComparison.Ordinal)).ToList();
            Assert.Equal(3, lines.Count);
            keys.Add(Assert.Single(server.Output.Split('\n'), l => l.TrimStart().StartsWith("sandbox ", StringComparison.Ordinal)).Trim().Split(' ')[^1]);

            // Twice, because the inbox then has two messages and the newest counts.
            for (var turn = 0; turn < 2; turn++)
            {
                var printed = (await Bash.RunAsync(string.Join('\n', lines))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(3, printed.Length);
                Assert.Equal("pending", (string?)JsonNode.Parse(printed[0])!["status"]);
                Assert.NotEmpty(JsonNode.Parse(printed[1])!["messages"]!.AsArray());
                var check = JsonNode.Parse(printed[2])!;
                Assert.True((bool?)check["valid"], printed[2]);
                Assert.Equal("approved", (string?)check["status"]);
            }

            Assert.DoesNotContain("2025550100", server.Output.Replace(lines[0], "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(ExitCodes.Ok, await server.StopAsync());
            Assert.Empty(server.Error);
        }

        Assert.Equal(keys[0], keys[1]);
    }
}
