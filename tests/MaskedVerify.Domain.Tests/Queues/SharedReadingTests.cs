using System.Collections.Concurrent;
using Queue = System.Threading.Channels.Channel;

namespace MaskedVerify.Domain.Tests.Queues;

public sealed class SharedReadingTests
{
    private const int Workers = 64;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadSharedAsync_WhenManyWorkersWait_AnItemWakesOne(bool bounded)
    {
        var queue = bounded ? Queue.CreateBounded<int>(10) : Queue.CreateUnbounded<int>();
        var turns = new TurnCounter();
        var read = 0;
        var workers = Enumerable.Range(0, Workers).Select(_ => turns.Run(async () =>
        {
            await foreach (var item in queue.Reader.ReadSharedAsync(TestContext.Current.CancellationToken))
                Interlocked.Add(ref read, item);
        })).ToArray();
        for (var item = 1; item <= 5; item++)
        {
            Assert.True(queue.Writer.TryWrite(item));
            turns.RunAll();
        }

        Assert.Equal(15, read);

        // A turn of the reading and one of its worker, for each item.
        Assert.InRange(turns.Count, 5, 10);
        queue.Writer.Complete();
        turns.RunAll();
        await Task.WhenAll(workers);
    }

    [Fact]
    public async Task ReadSharedAsync_WhenCompletedWithItems_YieldsThemFirst()
    {
        var queue = Queue.CreateUnbounded<int>();
        foreach (var item in Enumerable.Range(0, 100))
            queue.Writer.TryWrite(item);

        queue.Writer.Complete();

        var parts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await queue.Reader.ReadSharedAsync().ToListAsync())));

        Assert.Equal(Enumerable.Range(0, 100), parts.SelectMany(part => part).Order());
    }

    [Fact]
    public async Task ReadSharedAsync_WhenCancelled_ThrowsAndLeavesTheItems()
    {
        var queue = Queue.CreateUnbounded<int>();
        queue.Writer.TryWrite(1);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queue.Reader.ReadSharedAsync(cancellation.Token).ToListAsync(CancellationToken.None));

        Assert.Equal(1, queue.Reader.Count);
    }

    /// <summary>Keeps what continues on it until it is told to run it, on the caller's thread, and counts.</summary>
    private sealed class TurnCounter : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback Turn, object? State)> _waiting = new();

        internal int Count { get; private set; }

        internal Task Run(Func<Task> work) => Within(work);

        internal void RunAll()
        {
            while (_waiting.TryDequeue(out var next))
            {
                Count++;
                Within(() =>
                {
                    next.Turn(next.State);
                    return true;
                });
            }
        }

        public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue((d, state));

        private T Within<T>(Func<T> work)
        {
            var outer = Current;
            SetSynchronizationContext(this);
            try
            {
                return work();
            }
            finally
            {
                SetSynchronizationContext(outer);
            }
        }
    }
}
