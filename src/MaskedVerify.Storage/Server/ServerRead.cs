namespace MaskedVerify.Storage;

/// <summary>One look-up on its way to a server, together with others.</summary>
internal abstract class ServerRead
{
    /// <summary>Cancelled when nobody waits for the answer any more.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>What was found becomes the answer.</summary>
    public abstract void Complete();

    /// <summary>It could not be looked up.</summary>
    public abstract void Fail(Exception reason);
}

/// <summary>A look-up by a key.</summary>
/// <param name="key">What is asked.</param>
internal abstract class ServerRead<TKey, TAnswer>(TKey key) : ServerRead
{
    private readonly TaskCompletionSource<TAnswer?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TKey Key { get; } = key;

    /// <summary>Set when a row is found.</summary>
    public TAnswer? Found { get; set; }

    /// <summary>Ends with the answer, or null.</summary>
    public Task<TAnswer?> Ended => _ended.Task;

    public override void Complete() => _ended.TrySetResult(Found);

    public override void Fail(Exception reason) => _ended.TrySetException(reason);
}
