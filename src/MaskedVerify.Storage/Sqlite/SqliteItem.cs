namespace MaskedVerify.Storage;

/// <summary>An item that SQLite writes. It may be run more than once before it is completed: each run finds its answer anew.</summary>
internal abstract class SqliteItem<TSession>(RowName row, int bytes) : WriteItem(row, bytes)
    where TSession : SqliteSession
{
    /// <summary>Work that must stand outside of the transaction, such as naming a new table.</summary>
    public virtual void Prepare(TSession session)
    {
    }

    /// <summary>Writes inside the transaction. A loser of a conflict writes nothing and remembers that it lost.</summary>
    public abstract void Run(TSession session);

    /// <summary>After a commit whose answer was lost: whether the last run is in the database; null if this item cannot tell.</summary>
    public virtual bool? WasWritten(TSession session) => null;

    /// <summary>Work that must follow the commit before the caller may be told.</summary>
    public virtual void AfterCommit(TSession session)
    {
    }
}

/// <summary>An item that answers with a value.</summary>
internal abstract class SqliteItem<TSession, TAnswer>(RowName row, int bytes) : SqliteItem<TSession>(row, bytes)
    where TSession : SqliteSession
{
    // The writer's thread must never run what its callers do next.
    private readonly TaskCompletionSource<TAnswer> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the item is durable, or did not happen.</summary>
    public Task<TAnswer> Ended => _ended.Task;

    public sealed override void Complete() => _ended.SetResult(Answer());

    public sealed override void Fail(Exception reason) => _ended.SetException(reason);

    public override void CompleteUnknown(Exception reason) => _ended.SetException(reason);

    /// <summary>What the last run found.</summary>
    protected abstract TAnswer Answer();

    protected void EndWith(TAnswer answer) => _ended.SetResult(answer);
}
