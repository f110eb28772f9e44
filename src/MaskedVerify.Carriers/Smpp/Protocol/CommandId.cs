namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>Kinds of protocol data unit (SMPP 3.4 §5.1.2.1). An answer is its request with the top bit set.</summary>
internal enum CommandId : uint
{
    GenericNack = 0x8000_0000,
    BindReceiver = 0x01,
    BindReceiverResp = 0x8000_0001,
    BindTransmitter = 0x02,
    BindTransmitterResp = 0x8000_0002,
    SubmitSm = 0x04,
    SubmitSmResp = 0x8000_0004,
    DeliverSm = 0x05,
    DeliverSmResp = 0x8000_0005,
    Unbind = 0x06,
    UnbindResp = 0x8000_0006,
    BindTransceiver = 0x09,
    BindTransceiverResp = 0x8000_0009,
    EnquireLink = 0x15,
    EnquireLinkResp = 0x8000_0015,
    AlertNotification = 0x102,
    DataSm = 0x103,
    DataSmResp = 0x8000_0103,
}

internal static class CommandIds
{
    private const uint AnswerBit = 0x8000_0000;

    public static bool IsAnswer(this CommandId command) => ((uint)command & AnswerBit) != 0;

    public static CommandId Answer(this CommandId command) => (CommandId)((uint)command | AnswerBit);

    public static CommandId Request(this CommandId command) => (CommandId)((uint)command & ~AnswerBit);
}
