using System.Collections.Concurrent;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests;

/// <summary>SIGTERM: what was begun is finished, then the process ends by itself.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Terminate_UnderLoad_AnswersWhatItTook_AndEndsWithZero()
    {
        using var folder = new TempFolder();
        var statuses = new ConcurrentBag<int>();
        var started = new ConcurrentBag<string>();
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var api = new Api(server);
            var callers = Enumerable.Range(0, 12).Select(_ => Task.Run(() => CallAsync(api, statuses, started))).ToArray();
            while (started.Count < 50 && !callers.Any(c => c.IsFaulted))
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            Assert.Equal(0, await server.TerminateAsync());
            await Task.WhenAll(callers);
        }

        Assert.NotEmpty(started);
        Assert.DoesNotContain(statuses, s => s != 201);
        await using var again = await ServerProcess.StartAsync(folder.Data);
        using var second = new Api(again);
        foreach (var id in started)
        {
            Assert.Equal("pending", (await second.GetAsync(id)).VerificationStatus);
        }
    }

    // Until the port is closed. A refused connection is fair; an answer is not allowed to be a failure.
    private static async Task CallAsync(Api api, ConcurrentBag<int> statuses, ConcurrentBag<string> started)
    {
        for (var refused = 0; refused < 3;)
        {
            try
            {
                var answer = await api.StartAsync(Numbers.Next());
                statuses.Add(answer.Status);
                if (answer.Status == 201)
                {
                    started.Add(answer.Id);
                }
            }
            catch (HttpRequestException)
            {
                refused++;
            }
        }
    }
}
