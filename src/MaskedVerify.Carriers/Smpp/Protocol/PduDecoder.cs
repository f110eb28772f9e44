using System.Buffers;
using System.Buffers.Binary;

namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>Turns one framed unit into a <see cref="Pdu"/>. Never throws for what a peer sends.</summary>
internal static class PduDecoder
{
    public static DecodedPdu Decode(in ReadOnlySequence<byte> frame) => frame.IsSingleSegment ? Decode(frame.FirstSpan) : Decode(frame.ToArray());

    /// <param name="frame">One whole unit, header included.</param>
    public static DecodedPdu Decode(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < PduFramer.HeaderLength)
        {
            return new DecodedPdu(default, default, 0, null, HasRest: false);
        }

        var command = (CommandId)BinaryPrimitives.ReadUInt32BigEndian(frame[4..]);
        var status = (CommandStatus)BinaryPrimitives.ReadUInt32BigEndian(frame[8..]);
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(frame[12..]);
        var reader = new PduReader(frame[PduFramer.HeaderLength..], isForgiving: command is CommandId.DeliverSm or CommandId.DataSm);
        var pdu = Body(command, status, sequence, ref reader);
        return new DecodedPdu(command, status, sequence, reader.IsFaulty ? null : pdu, HasRest: reader.HasCut || (pdu is MessagePdu or BindRespPdu && !reader.IsAtEnd));
    }

    private static Pdu Body(CommandId command, CommandStatus status, uint sequence, ref PduReader reader) => command switch
    {
        CommandId.BindTransceiver or CommandId.BindTransmitter or CommandId.BindReceiver => Bind(command, sequence, ref reader),
        CommandId.BindTransceiverResp or CommandId.BindTransmitterResp or CommandId.BindReceiverResp => BindResp(command, status, sequence, ref reader),
        CommandId.SubmitSm or CommandId.DeliverSm => Message(command, sequence, ref reader),
        CommandId.DataSm => Data(sequence, ref reader),
        CommandId.SubmitSmResp or CommandId.DeliverSmResp or CommandId.DataSmResp =>
            new MessageRespPdu(command, status, sequence, reader.LastCString(MessageRespPdu.MaxMessageId)),
        _ => new PlainPdu(command, status, sequence),
    };

    private static BindPdu Bind(CommandId command, uint sequence, ref PduReader reader) => new(command, sequence)
    {
        SystemId = reader.CString(15),
        Password = reader.CString(8),
        SystemType = reader.CString(12),
        InterfaceVersion = reader.Byte(),
        AddressTon = reader.Byte(),
        AddressNpi = reader.Byte(),
        AddressRange = reader.CString(40),
    };

    private static BindRespPdu BindResp(CommandId command, CommandStatus status, uint sequence, ref PduReader reader) => new(command, status, sequence)
    {
        SystemId = reader.LastCString(15),
        Tlvs = reader.Tlvs(),
    };

    private static SmppAddress Address(ref PduReader reader) => new(reader.Byte(), reader.Byte(), reader.CString(SmppAddress.MaxLength));

    private static MessagePdu Message(CommandId command, uint sequence, ref PduReader reader) => new(command, sequence)
    {
        ServiceType = reader.CString(5),
        Source = Address(ref reader),
        Destination = Address(ref reader),
        EsmClass = reader.Byte(),
        ProtocolId = reader.Byte(),
        Priority = reader.Byte(),
        ScheduleTime = reader.CString(16),
        ValidityPeriod = reader.CString(16),
        RegisteredDelivery = reader.Byte(),
        ReplaceIfPresent = reader.Byte(),
        DataCoding = reader.Byte(),
        DefaultMessageId = reader.Byte(),
        ShortMessage = reader.ShortMessage().ToArray(),
        Tlvs = reader.Tlvs(),
    };

    private static MessagePdu Data(uint sequence, ref PduReader reader) => new(CommandId.DataSm, sequence)
    {
        ServiceType = reader.CString(5),
        Source = LongAddress(ref reader),
        Destination = LongAddress(ref reader),
        EsmClass = reader.Byte(),
        RegisteredDelivery = reader.Byte(),
        DataCoding = reader.Byte(),
        Tlvs = reader.Tlvs(),
    };

    // data_sm has room for 64 characters (§4.7.1).
    private static SmppAddress LongAddress(ref PduReader reader) => new(reader.Byte(), reader.Byte(), reader.CString(64));
}

/// <summary>A unit off the wire.</summary>
/// <param name="Command">From the header, known or not.</param>
/// <param name="Status">From the header.</param>
/// <param name="Sequence">From the header.</param>
/// <param name="Pdu">Null when the body is malformed.</param>
/// <param name="HasRest">Whether octets were left out: after the last whole optional parameter, of a text that is too long, of a message that is cut.</param>
internal readonly record struct DecodedPdu(CommandId Command, CommandStatus Status, uint Sequence, Pdu? Pdu, bool HasRest);
