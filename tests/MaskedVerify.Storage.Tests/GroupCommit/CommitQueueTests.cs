using MaskedVerify.Domain;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Storage.Tests.GroupCommit;

public sealed class CommitQueueTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CommitQueue<Item> _queue;

    public CommitQueueTests() => _queue = new CommitQueue<Item>(4, TimeSpan.FromSeconds(2), _time);

    [Fact]
    public async Task Take_WhenARowComesTwice_LeavesTheSecondForTheNextBatchInOrder()
    {
        Item[] items = [new("a", 1), new("a", 2), new("b", 3), new("a", 4)];
        foreach (var item in items)
        {
            await _queue.AddAsync(item);
        }

        Assert.Equal([1, 3], Take());
        Assert.Equal([2], Take());
        Assert.Equal([4], Take());
    }

    [Fact]
    public async Task Take_WhenThereIsMoreThanABatchHolds_StopsAtItsBounds()
    {
        foreach (var n in new[] { 1, 2, 3, 4 })
        {
            await _queue.AddAsync(new Item($"{n}", n, bytes: 40));
        }

        Assert.Equal([1, 2], Take(items: 2));
        Assert.Equal([3], Take(bytes: 79));
        Assert.Equal([4], Take(bytes: 1));
    }

    [Fact]
    public async Task Add_WhenFull_WaitsForAPlace()
    {
        await Fill();
        var fifth = _queue.AddAsync(new Item("e", 5)).AsTask();
        Assert.False(fifth.IsCompleted);

        Assert.Equal([1, 2, 3, 4], Take());
        await fifth;
        Assert.Equal([5], Take());
    }

    [Fact]
    public async Task Add_WhenItStaysFull_IsUnavailableAndLaterThereIsPlace()
    {
        await Fill();
        var fifth = _queue.AddAsync(new Item("e", 5)).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => fifth);
        Assert.Contains("queue is full", error.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4], Take());
        await _queue.AddAsync(new Item("f", 6));
        Assert.Equal([6], Take());
    }

    [Fact]
    public async Task Close_WhenItemsWait_TheyCanBeTakenAndNoneIsAccepted()
    {
        await _queue.AddAsync(new Item("a", 1));
        _queue.Close();

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await _queue.AddAsync(new Item("b", 2)));
        Assert.Equal([1], Take());
        Assert.False(_queue.Take([], 10, 10));
    }

    private async Task Fill()
    {
        for (var n = 1; n <= 4; n++)
        {
            await _queue.AddAsync(new Item($"{n}", n));
        }
    }

    [Fact]
    public async Task TakeAsync_WhenARowIsInAnotherBatch_WaitsForItsEnd()
    {
        foreach (var item in new Item[] { new("a", 1), new("a", 2), new("b", 3) })
        {
            await _queue.AddAsync(item);
        }

        List<Item> first = [];
        List<Item> second = [];
        Assert.True(await _queue.TakeAsync(first, 1, 1000));
        Assert.True(await _queue.TakeAsync(second, 10, 1000));
        Assert.Equal(1, Assert.Single(first).Number);
        Assert.Equal(3, Assert.Single(second).Number);

        List<Item> third = [];
        var waiting = _queue.TakeAsync(third, 10, 1000).AsTask();
        _queue.Done(second);
        Assert.False(waiting.IsCompleted);
        _queue.Done(first);
        Assert.True(await waiting);
        Assert.Equal(2, Assert.Single(third).Number);
    }

    [Fact]
    public async Task TakeAsync_WhenItemsClaimOneName_NeverPutsThemTogether()
    {
        foreach (var item in new Item[] { new("a", 1, claim: "key"), new("b", 2, claim: "key"), new("c", 3) })
        {
            await _queue.AddAsync(item);
        }

        List<Item> batch = [];
        Assert.True(await _queue.TakeAsync(batch, 10, 1000));
        Assert.Equal([1, 3], batch.Select(item => item.Number));
        _queue.Done(batch);
        batch.Clear();
        Assert.True(await _queue.TakeAsync(batch, 10, 1000));
        Assert.Equal([2], batch.Select(item => item.Number));
    }

    [Fact]
    public async Task TakeAsync_WhenClosed_EndsAfterWhatWaits()
    {
        await _queue.AddAsync(new Item("a", 1));
        _queue.Close();
        List<Item> batch = [];

        Assert.True(await _queue.TakeAsync(batch, 10, 1000));
        batch.Clear();
        Assert.False(await _queue.TakeAsync(batch, 10, 1000));
    }

    private int[] Take(int items = 10, int bytes = 1000)
    {
        var batch = new List<Item>();
        Assert.True(_queue.Take(batch, items, bytes));
        return [.. batch.Select(item => item.Number)];
    }

    private sealed class Item(string key, int number, int bytes = 1, string? claim = null) : WriteItem(new RowName("t", key), bytes)
    {
        public override IReadOnlyList<RowName> Claims { get; } = claim is null ? [] : [new RowName("claim", claim)];

        public int Number => number;

        public override void Complete()
        {
        }

        public override void Fail(Exception reason)
        {
        }

        public override void CompleteUnknown(Exception reason)
        {
        }
    }
}
