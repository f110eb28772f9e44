namespace MaskedVerify.Carriers.Sandbox;

/// <summary>What the sandbox does with a message. The value is also the last two digits of the number that asks for it.</summary>
internal enum SandboxBehaviour
{
    Delivered = 0,
    SentOnly = 1,
    Undelivered = 2,
    InvalidDestination = 3,
    Blocked = 4,
    Refused = 5,
    Slow = 6,
    NoAnswer = 7,
    ThrottledOnce = 8,
    NotSent = 9,
    EarlyReceipt = 10,
    DuplicateReceipts = 11,
    ReorderedReceipts = 12,
    NoReceipt = 13,
    RejectedLater = 14,
    Garbled = 15,
    Misconfigured = 16,
}
