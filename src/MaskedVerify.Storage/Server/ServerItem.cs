namespace MaskedVerify.Storage;

/// <summary>An item that a server engine writes with others. It may be run more than once before it is completed: each run finds its answer anew.</summary>
internal abstract class ServerItem(RowName row, int bytes) : WriteItem(row, bytes)
{
    /// <summary>After a commit whose answer was lost, when the server says that it happened: whether the last run is in the database; null if this item cannot tell.</summary>
    public virtual ValueTask<bool?> WasWrittenAsync(ServerSession session) => ValueTask.FromResult<bool?>(null);
}

/// <summary>An item that answers with a value.</summary>
internal abstract class ServerItem<TAnswer>(RowName row, int bytes) : ServerItem(row, bytes)
{
    private readonly TaskCompletionSource<TAnswer> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the item is durable, or did not happen.</summary>
    public Task<TAnswer> Ended => _ended.Task;

    public sealed override void Complete() => _ended.TrySetResult(Answer());

    public sealed override void Fail(Exception reason) => _ended.TrySetException(reason);

    public override void CompleteUnknown(Exception reason) => _ended.TrySetException(reason);

    /// <summary>What the last run found.</summary>
    protected abstract TAnswer Answer();

    protected void EndWith(TAnswer answer) => _ended.TrySetResult(answer);
}
