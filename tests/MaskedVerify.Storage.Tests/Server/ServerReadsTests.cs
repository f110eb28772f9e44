using MaskedVerify.Domain;
using MaskedVerify.Storage.Tests.SqlServer;
using MaskedVerify.Testing;
using Microsoft.Extensions.Time.Testing;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Server;

/// <summary>Look-ups that pile up behind a slow database.</summary>
public sealed class ServerReadsTests : IDisposable
{
    private const int Places = 16;

    private readonly RecordingServer _server = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ManualResetEventSlim _answers = new();
    private readonly ServerReads _reads;

    public ServerReadsTests()
    {
        _server.Answer = _ =>
        {
            _answers.Wait(Eventually.Patience);
            return [];
        };
        _reads = new ServerReads(_server.Database, new StorageOptions { Readers = 1, QueueLength = Places, QueueTimeout = TimeSpan.FromSeconds(2) }, _time, HotServerReads.Calls);
    }

    public void Dispose()
    {
        _answers.Set();
        _reads.Dispose();
        _answers.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Read_WhenTheQueueStaysFull_IsUnavailableAndLaterThereIsPlace()
    {
        List<Task> waiting = [await StartedAsync(), .. Enumerable.Range(0, Places).Select(n => ReadAsync($"{n}"))];
        var late = ReadAsync("late");
        Assert.False(late.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => late);
        Assert.Contains("read queue is full", error.Message, StringComparison.Ordinal);
        _answers.Set();
        await Task.WhenAll(waiting);
        await ReadAsync("later");
    }

    [Fact]
    public async Task Read_WhenCancelledWhileItWaits_IsNotAskedAndGivesItsPlaceBack()
    {
        var first = await StartedAsync();
        using var cancellation = new CancellationTokenSource();
        var given = Enumerable.Range(0, Places - 1).Select(n => ReadAsync($"{n}", cancellation.Token)).ToList();
        var wanted = ReadAsync("wanted");
        await cancellation.CancelAsync();
        foreach (var read in given)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        }

        _answers.Set();
        await Task.WhenAll(first, wanted);

        Assert.Equal([Key("first"), Key("wanted")], _server.Sent.SelectMany(sent => sent.Call!.Column<byte[]>("key")));
        await Task.WhenAll(Enumerable.Range(0, Places).Select(n => ReadAsync($"{n}")));
    }

    /// <summary>A look-up that is at the server.</summary>
    private async Task<Task> StartedAsync()
    {
        var first = ReadAsync("first");
        await Eventually.TrueAsync(() => _server.Sent.Count > 0, "the first look-up is at the server");
        return first;
    }

    private Task<UniqueKeyRow?> ReadAsync(string key, CancellationToken cancellationToken = default) => _reads.ReadAsync(new UniqueKeyRead(Key(key)), cancellationToken).AsTask();
}
