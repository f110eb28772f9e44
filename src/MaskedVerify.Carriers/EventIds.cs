namespace MaskedVerify.Carriers;

/// <summary>Every event id of this project: 2000-2999. Never reused.</summary>
internal static class EventIds
{
    public const int SandboxReceiptRetried = 2000;
    public const int SandboxReceiptLost = 2001;
    public const int SandboxReceiptsFull = 2002;
}
