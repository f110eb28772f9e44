namespace MaskedVerify.Carriers;

/// <summary>Every event id of this project: 2000-2999. Never reused.</summary>
internal static class EventIds
{
    public const int SandboxReceiptRetried = 2000;
    public const int SandboxReceiptLost = 2001;
    public const int SandboxReceiptsFull = 2002;

    public const int SmppBound = 2100;
    public const int SmppConnectFailed = 2101;
    public const int SmppBindRefused = 2102;
    public const int SmppSessionEnded = 2103;
    public const int SmppStopped = 2104;
    public const int SmppProtocolFault = 2105;
    public const int SmppLateAnswer = 2106;
    public const int SmppThrottled = 2107;
    public const int SmppReceiptWithoutId = 2108;
    public const int SmppReceiptNotStored = 2109;
    public const int SmppCredentialsRefused = 2110;
    public const int SmppConnectLoopFailed = 2111;
    public const int SmppLoopFailed = 2112;
    public const int SmppInboundDropped = 2113;
    public const int SmppUnencrypted = 2114;
    public const int SmppLateAnswerNotStored = 2115;
}
