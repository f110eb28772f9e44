using System.Collections.Concurrent;

namespace MaskedVerify.Carriers.Tests;

/// <summary>Keeps receipts; refuses as many first ones as a test asks for.</summary>
internal sealed class RecordingSink : IReceiptSink, IDisposable
{
    private readonly ConcurrentQueue<DeliveryReceipt> _receipts = new();
    private readonly ConcurrentQueue<LateAnswer> _late = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private int _refusals;

    public void Dispose() => _arrived.Dispose();

    public IReadOnlyList<DeliveryReceipt> Receipts => [.. _receipts];

    public IReadOnlyList<LateAnswer> LateAnswers => [.. _late];

    public void Refuse(int times) => Volatile.Write(ref _refusals, times);

    public Task RecordAsync(DeliveryReceipt receipt, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _refusals) >= 0)
        {
            return Task.FromException(new InvalidOperationException("The store is away."));
        }

        _receipts.Enqueue(receipt);
        _arrived.Release();
        return Task.CompletedTask;
    }

    public Task RecordLateAsync(LateAnswer answer, CancellationToken cancellationToken)
    {
        _late.Enqueue(answer);
        return Task.CompletedTask;
    }

    /// <summary>Waits for that many receipts since the last wait. A time-out is a failure of the test.</summary>
    public async Task WaitAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(30)), $"Receipt {i + 1} of {count} did not come.");
        }
    }
}
