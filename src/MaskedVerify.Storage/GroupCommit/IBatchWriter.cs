namespace MaskedVerify.Storage;

/// <summary>The engine's half of a group commit. Called by one thread at a time.</summary>
internal interface IBatchWriter<TItem> : IDisposable
    where TItem : WriteItem
{
    /// <summary>Makes a batch durable and ends every item of it, whatever happens; never throws. The list may be changed.</summary>
    void Write(List<TItem> batch);
}
