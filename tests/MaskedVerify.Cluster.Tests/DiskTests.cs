using System.Diagnostics;
using System.Globalization;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests;

/// <summary>A disk that takes no more, under a server that runs: requests are refused with a problem, reads go on, and all is well when the disk is.</summary>
public sealed class DiskTests
{
    private const int Before = 40;

    [Fact]
    public async Task Requests_WhileTheDiskIsFull_Are503_AndWorkAfterwards()
    {
        using var folder = new TempFolder();
        if (SmallDisk.IsPossible)
        {
            var disk = new SmallDisk(folder);
            await using var server = await disk.StartServerAsync();
            await JudgeAsync(server, disk.Fill, disk.Free, "the disk is full; free some space");
        }
        else
        {
            // No file may grow: to SQLite an error of the disk, not a full one.
            await using var server = await StartLimitedAsync(folder);
            await JudgeAsync(server, () => LimitFiles(server, $"{Largest(folder)}"), () => LimitFiles(server, "unlimited"), "could not be read or written; look at the disk");
        }
    }

    [Fact]
    public async Task Requests_WhileTheDiskTakesNoWrites_Are503_AndWorkAfterwards()
    {
        using var folder = new TempFolder();
        await using var server = await StartLimitedAsync(folder);
        await JudgeAsync(server, () => LimitFiles(server, "0"), () => LimitFiles(server, "unlimited"), "could not be read or written; look at the disk");
    }

    // A write beyond the limit of a process is an error (EFBIG) instead of its end when the signal is ignored.
    private static Task<ServerProcess> StartLimitedAsync(TempFolder folder) => ServerProcess.StartUnderAsync(["bash", "-c", "trap '' XFSZ; exec \"$@\"", "bash"], folder.Data);

    private static async Task JudgeAsync(ServerProcess server, Action fail, Action heal, string sentence)
    {
        using var api = new Api(server);
        var (before, number) = (await api.StartAsync(Numbers.Next()), Numbers.Next());
        var code = await api.CodeAsync(before.Alias);
        var started = await Task.WhenAll(Enumerable.Range(0, Before).Select(_ => api.StartAsync(Numbers.Next())));
        fail();

        var refused = await RefusedAsync(() => api.StartAsync(Numbers.Next()));
        Assert.Equal(503, refused.Status);
        Assert.Equal("unavailable", refused.Slug);
        Assert.True(refused.HasRetryAfter);
        Assert.DoesNotContain("SQLite", refused.Body.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(503, (await api.StartAsync(number, "order-1")).Status);

        // The file of states may still have had room where that of keys had none.
        var next = 0;
        await RefusedAsync(() => api.CancelAsync(started[next++].Id));
        Assert.Equal(503, (await api.CheckAsync(before.Id, code!)).Status);
        Assert.Equal("pending", (await api.GetAsync(before.Id)).VerificationStatus);
        var line = server.Output.Split('\n').First(l => l.Contains("were refused", StringComparison.Ordinal));
        Assert.Contains(sentence, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);

        heal();
        var again = await EventuallyAsync(() => api.StartAsync(number, "order-1"));
        Assert.Equal(201, again.Status);
        Assert.False(again.IsReplay);
        Assert.Single((await api.InboxAsync(again.Alias)).Body.GetProperty("messages").EnumerateArray());
        Assert.Equal("approved", (await EventuallyAsync(() => api.CheckAsync(before.Id, code!))).VerificationStatus);
        foreach (var (kept, place) in started.Select((s, n) => (s, n)))
        {
            Assert.Equal(place < next - 1 ? "canceled" : "pending", (await api.GetAsync(kept.Id)).VerificationStatus);
        }

        Assert.Equal(0, await server.TerminateAsync());
    }

    // What fits into the files as they are is still taken: a few calls may be.
    private static async Task<Api.Answer> RefusedAsync(Func<Task<Api.Answer>> call)
    {
        for (var calls = 0; calls < Before; calls++)
        {
            var answer = await call();
            if (answer.Status is not (200 or 201))
            {
                return answer;
            }
        }

        throw new InvalidOperationException($"{Before} calls went to a disk that takes no more.");
    }

    private static async Task<Api.Answer> EventuallyAsync(Func<Task<Api.Answer>> call)
    {
        var answer = await call();
        for (var retry = 0; answer.Status == 503 && retry < 20; retry++)
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            answer = await call();
        }

        return answer;
    }

    private static long Largest(TempFolder folder) => new DirectoryInfo(folder.Data).EnumerateFiles("*.db*").Max(f => f.Length);

    private static void LimitFiles(ServerProcess server, string bytes)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", server.ProcessId.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:unlimited"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }
}
