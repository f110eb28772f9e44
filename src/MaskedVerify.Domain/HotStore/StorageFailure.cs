namespace MaskedVerify.Domain;

/// <summary>Finds what the store meant inside what a grain gets to see.</summary>
public static class StorageFailure
{
    /// <summary>
    /// The <see cref="StorageUnavailableException"/>, <see cref="UnknownOutcomeException"/> or <see cref="UniqueKeyTakenException"/> in an exception or in
    /// its causes, or null. Orleans' persistent state wraps every exception that is not its own, so a grain that catches one of the three by type sees none.
    /// </summary>
    public static Exception? Of(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is StorageUnavailableException or UnknownOutcomeException or UniqueKeyTakenException)
            {
                return cause;
            }
        }

        return null;
    }
}
