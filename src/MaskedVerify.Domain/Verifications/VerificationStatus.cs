namespace MaskedVerify.Domain;

/// <summary>Where a verification stands. Everything but <see cref="Pending"/> is terminal and never changes. Numbers are stored: never renumber.</summary>
public enum VerificationStatus
{
    /// <summary>A code may still be sent or checked.</summary>
    Pending = 0,

    /// <summary>The right code was accepted, once.</summary>
    Approved = 1,

    /// <summary>Ended by the caller, or displaced by a newer verification of the same purpose.</summary>
    Canceled = 2,

    /// <summary>Nobody gave the right code in time.</summary>
    Expired = 3,

    /// <summary>All tries of this verification were used.</summary>
    AttemptsExhausted = 4,

    /// <summary>Every route refused the message.</summary>
    Undeliverable = 5,

    /// <summary>A policy stopped it.</summary>
    Blocked = 6,
}
