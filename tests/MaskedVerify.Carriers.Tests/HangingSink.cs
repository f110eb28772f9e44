namespace MaskedVerify.Carriers.Tests;

/// <summary>Stores nothing until it is released, and does not look at its token.</summary>
internal sealed class HangingSink : IReceiptSink
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public void Release() => _release.TrySetResult();

    public Task RecordAsync(DeliveryReceipt receipt, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return _release.Task;
    }

    public Task RecordLateAsync(LateAnswer answer, CancellationToken cancellationToken) => _release.Task;
}
