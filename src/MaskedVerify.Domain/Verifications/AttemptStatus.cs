namespace MaskedVerify.Domain;

/// <summary>How far one attempt to deliver has come. It only moves forward, see <see cref="AttemptStatusOrder"/>. Numbers are stored: never renumber.</summary>
public enum AttemptStatus
{
    /// <summary>A route was chosen and committed; nothing was handed to a carrier yet.</summary>
    Claimed = 0,

    /// <summary>Waiting in the send queue.</summary>
    Queued = 1,

    /// <summary>The carrier answered that it took the message.</summary>
    Accepted = 2,

    /// <summary>The carrier reported that the message is on its way.</summary>
    Sent = 3,

    /// <summary>The device confirmed it.</summary>
    Delivered = 4,

    /// <summary>The network gave up.</summary>
    Undelivered = 5,

    /// <summary>The carrier refused it.</summary>
    Rejected = 6,

    /// <summary>Nobody can tell whether it was sent.</summary>
    Unknown = 7,
}
