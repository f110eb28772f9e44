using MaskedVerify.Domain;
using Orleans.Storage;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>
/// The state of a control grain: what is in memory is what is durable. A write that fails restores what was before and ends the activation, so that the next
/// one reads what really stands in the store.
/// </summary>
internal sealed class DurableState<T>(IPersistentState<T> storage, IGrainBase grain)
    where T : class, new()
{
    private long _confirmedAt;

    /// <summary>What is durable.</summary>
    internal T Value => storage.State;

    /// <summary>
    /// Reads the row again unless that was done within the last second: an activation that is cut off from its store, or whose row was replaced (a restored backup, another
    /// activation), must not go on telling what it remembers. One that cannot read ends, so that the next may stand where it can.
    /// </summary>
    internal async Task ConfirmAsync(TimeProvider time)
    {
        var now = time.GetTimestamp();
        if (_confirmedAt != 0 && time.GetElapsedTime(_confirmedAt, now) < TimeSpan.FromSeconds(1))
            return;

        try
        {
            await storage.ReadStateAsync();
            _confirmedAt = now;
        }
        catch (Exception error)
        {
            grain.DeactivateOnIdle();
            throw StorageFailure.Of(error) ?? new StorageUnavailableException("The row could not be read.", error);
        }
    }

    /// <summary>Writes the next state. Never cancelled: a caller that stops waiting does not stop the write.</summary>
    internal async Task WriteAsync(T next)
    {
        var previous = storage.State;
        storage.State = next;
        try
        {
            await storage.WriteStateAsync();
        }
        catch (Exception error)
        {
            storage.State = previous;
            grain.DeactivateOnIdle();
            if (error is InconsistentStateException)
                throw;

            // Orleans wraps what a provider throws. What is not one of ours is an error of the database, and nobody can tell what it did.
            throw StorageFailure.Of(error) ?? new UnknownOutcomeException("Nobody can tell whether the change is durable.", error);
        }
    }
}
