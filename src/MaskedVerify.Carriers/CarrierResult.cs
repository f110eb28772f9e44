namespace MaskedVerify.Carriers;

/// <summary>How a submit ended.</summary>
/// <param name="Error"><see cref="CarrierError.None"/> when the carrier took the message.</param>
/// <param name="MessageId">The carrier's id in canonical form (what its receipts will be matched by), when it took the message.</param>
/// <param name="Segments">Parts the text was cut into, at least 1 when it was handed over.</param>
/// <param name="RetryAfter">How long the carrier asked to be left alone, or null.</param>
public readonly record struct CarrierResult(CarrierError Error, string? MessageId, int Segments, TimeSpan? RetryAfter)
{
    /// <summary>When it was handed over, by the clock that <see cref="DeliveryReceipt.At"/> is of; null: not measured, and the caller's clock before the call has to do.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>The carrier took it.</summary>
    public static CarrierResult Accepted(string messageId, int segments) => new(CarrierError.None, messageId, segments, null);

    /// <summary>It did not.</summary>
    public static CarrierResult Failed(CarrierError error, TimeSpan? retryAfter = null) => new(error, null, 0, retryAfter);
}

/// <summary>Why a submit did not end with acceptance. Numbers are stored: never renumber.</summary>
public enum CarrierError
{
    /// <summary>No error: accepted.</summary>
    None = 0,

    /// <summary>Nothing was handed over (no connection, window full past the deadline, cancelled in time): another route, or this one later, is safe.</summary>
    NotSent = 1,

    /// <summary>Handed over, but no answer came: nobody can tell whether it will arrive. Never sent again by itself.</summary>
    NoAnswer = 2,

    /// <summary>The carrier wants fewer messages (ESME_RTHROTTLED, ESME_RMSGQFUL): safe to try later or elsewhere.</summary>
    Throttled = 3,

    /// <summary>The destination is wrong or not served (ESME_RINVDSTADR): no retry on this route.</summary>
    InvalidDestination = 4,

    /// <summary>The carrier refused the message (ESME_RSUBMITFAIL and others): no retry on this route.</summary>
    Refused = 5,

    /// <summary>The carrier blocks this destination or sender by policy.</summary>
    Blocked = 6,

    /// <summary>Our credentials or configuration are wrong: alarm.</summary>
    Misconfigured = 7,

    /// <summary>The carrier answered something that is not its protocol; treated as <see cref="NoAnswer"/> for resending.</summary>
    Garbled = 8,
}
