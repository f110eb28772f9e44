namespace MaskedVerify.Domain;

/// <summary>Finds what the store meant inside what a grain gets to see.</summary>
public static class StorageFailure
{
    /// <summary>
    /// The <see cref="StorageUnavailableException"/>, <see cref="UnknownOutcomeException"/>, <see cref="UniqueKeyTakenException"/> or <see cref="NumberAtCapException"/> in an
    /// exception or in its causes, or null. Orleans' persistent state wraps every exception that is not its own, so a grain that catches one of them by type sees none.
    /// </summary>
    public static Exception? Of(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is StorageUnavailableException or UnknownOutcomeException or UniqueKeyTakenException or NumberAtCapException)
            {
                return cause;
            }
        }

        return null;
    }
}
