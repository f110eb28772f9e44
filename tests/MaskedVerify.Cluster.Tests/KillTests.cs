using System.Collections.Concurrent;
using System.Security.Cryptography;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests;

/// <summary>kill -9 at random points under load: nothing that was answered is lost.</summary>
public sealed class KillTests
{
    private const int Rounds = 3;
    private const int Callers = 12;

    [Fact]
    public async Task Kill_UnderLoad_LosesNothingThatWasAnswered()
    {
        using var folder = new TempFolder();
        var history = new ConcurrentQueue<Entry>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ServerProcess.StartAsync(folder.Data);
            await JudgeAsync(server, history);
            history.Clear();
            await LoadUntilKilledAsync(server, history, RandomNumberGenerator.GetInt32(10, 120));
        }

        await using var last = await ServerProcess.StartAsync(folder.Data);
        Assert.NotEmpty(history);
        await JudgeAsync(last, history);
    }

    [Fact]
    public async Task Kill_AfterAStart_SendsNoSecondMessage_AndReplaysTheAnswer()
    {
        using var folder = new TempFolder();
        var number = Numbers.Next();
        Api.Answer first;
        string? code;
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var api = new Api(server);
            first = await api.StartAsync(number, "order-1");
            Assert.Equal(201, first.Status);
            code = await api.CodeAsync(first.Alias);
            Assert.NotNull(code);
            await server.KillAsync();
        }

        await using var again = await ServerProcess.StartAsync(folder.Data);
        using var second = new Api(again);
        var replay = await second.StartAsync(number, "order-1");
        Assert.True(replay.IsReplay);
        Assert.Equal(first.Id, replay.Id);
        Assert.Equal(422, (await second.StartAsync(Numbers.Next(), "order-1")).Status);

        // The inbox is in memory: whatever is in it now was sent after the kill.
        Assert.Null(await second.CodeAsync(first.Alias));
        Assert.Equal("approved", (await second.CheckAsync(first.Id, code)).VerificationStatus);
        Assert.Null(await second.CodeAsync(first.Alias));
    }

    // Every caller goes on until the server is gone; only what was answered is remembered. The kill comes after so many answered starts.
    private static async Task LoadUntilKilledAsync(ServerProcess server, ConcurrentQueue<Entry> history, int starts)
    {
        using var api = new Api(server);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(api, history, stop.Token))).ToArray();
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60)))
        {
            while (history.Count < starts && !callers.Any(c => c.IsFaulted))
            {
                await Task.Delay(5, limit.Token);
            }
        }

        await server.KillAsync();
        await stop.CancelAsync();
        await Task.WhenAll(callers);
    }

    private static async Task CallAsync(Api api, ConcurrentQueue<Entry> history, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var number = Numbers.Next();
                var started = await api.StartAsync(number);
                Assert.Equal(201, started.Status);
                var entry = new Entry(number, started.Id, started.Alias);
                history.Enqueue(entry);
                entry.Code = await api.CodeAsync(started.Alias);
                if (entry.Code is { } code && RandomNumberGenerator.GetInt32(3) > 0)
                {
                    entry.WasChecked = true;
                    entry.WasApproved = (await api.CheckAsync(started.Id, code)).VerificationStatus == "approved";
                    Assert.True(entry.WasApproved);
                }
            }
            catch (HttpRequestException)
            {
                // The server was killed in the middle: nobody knows how this call ended.
            }
        }
    }

    private static async Task JudgeAsync(ServerProcess server, ConcurrentQueue<Entry> history)
    {
        using var api = new Api(server);
        await Parallel.ForEachAsync(history, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (entry, _) => await JudgeAsync(api, entry));
    }

    private static async Task JudgeAsync(Api api, Entry entry)
    {
        var now = await api.GetAsync(entry.Id);
        Assert.Equal(200, now.Status);
        if (entry.WasApproved)
        {
            Assert.Equal("approved", now.VerificationStatus);
            Assert.Equal(409, (await api.CheckAsync(entry.Id, entry.Code!)).Status);
        }
        else if (!entry.WasChecked)
        {
            Assert.Equal("pending", now.VerificationStatus);
        }

        Assert.Null(await api.CodeAsync(entry.Alias));
        if (entry is { WasChecked: false, Code: { } code })
        {
            Assert.Equal("approved", (await api.CheckAsync(entry.Id, code)).VerificationStatus);
        }
    }

    // What a caller was told. WasChecked without WasApproved: the check's answer was lost.
    private sealed class Entry(string number, string id, string alias)
    {
        public string Number { get; } = number;

        public string Id { get; } = id;

        public string Alias { get; } = alias;

        public string? Code { get; set; }

        public bool WasChecked { get; set; }

        public bool WasApproved { get; set; }
    }
}
