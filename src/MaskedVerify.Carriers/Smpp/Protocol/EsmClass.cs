namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>Bits of <c>esm_class</c> (SMPP 3.4 §5.2.12).</summary>
internal static class EsmClass
{
    /// <summary>The message begins with a user data header.</summary>
    public const byte UserDataHeader = 0x40;

    /// <summary>Bits 5-2 tell the kind of message.</summary>
    private const byte KindMask = 0x3C;

    private const byte Receipt = 0x04;
    private const byte IntermediateNotification = 0x20;

    /// <summary>Whether a deliver_sm reports on an earlier message.</summary>
    public static bool IsReceipt(byte esmClass) => (esmClass & KindMask) is Receipt or IntermediateNotification;
}
