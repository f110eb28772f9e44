using System.Diagnostics;

namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>One optional parameter (SMPP 3.4 §3.2.4): tag, length, value, 16 bits each for the first two.</summary>
[DebuggerDisplay("TLV {Tag}")]
internal readonly record struct Tlv(TlvTag Tag, ReadOnlyMemory<byte> Value)
{
    /// <summary>The value may be the text of a message: never printed.</summary>
    public override string ToString() => $"TLV {Tag}";
}

/// <summary>The tags that the client reads or writes (SMPP 3.4 §5.3.2); any other is kept by its number.</summary>
internal enum TlvTag : ushort
{
    None = 0,
    ReceiptedMessageId = 0x001E,
    SourceMessageReference = 0x020C,
    SegmentTotal = 0x020E,
    SegmentNumber = 0x020F,
    InterfaceVersion = 0x0210,
    NetworkErrorCode = 0x0423,
    MessagePayload = 0x0424,
    MessageState = 0x0427,
}
