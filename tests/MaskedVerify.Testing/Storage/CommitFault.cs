using MaskedVerify.Domain;

namespace MaskedVerify.Testing;

/// <summary>What goes wrong with a commit.</summary>
public enum CommitFault
{
    /// <summary>Another activation was faster: nothing is written.</summary>
    Conflict,

    /// <summary>The answer of the database is lost, and it had committed.</summary>
    UnknownButWritten,

    /// <summary>The answer of the database is lost, and it had not committed.</summary>
    UnknownNotWritten,

    /// <summary><see cref="StorageUnavailableException"/>; nothing is written.</summary>
    Unavailable,
}

/// <summary>Keeps one commit from happening until it is released.</summary>
public sealed class CommitHold
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the commit has come to the store.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets the commit happen.</summary>
    public void Release() => _released.TrySetResult();

    internal Task WaitAsync()
    {
        _reached.TrySetResult();
        return _released.Task;
    }
}
