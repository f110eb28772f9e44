using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>Writes units. Keeps one scratch buffer: one instance per writer, not for concurrent use.</summary>
internal sealed class PduEncoder
{
    private readonly ArrayBufferWriter<byte> _body = new(512);

    /// <exception cref="ArgumentException">A field is longer than the protocol allows: the caller checks its inputs.</exception>
    public void Encode(Pdu pdu, IBufferWriter<byte> output)
    {
        _body.ResetWrittenCount();
        WriteBody(pdu);
        var length = PduFramer.HeaderLength + _body.WrittenCount;
        var span = output.GetSpan(length);
        BinaryPrimitives.WriteUInt32BigEndian(span, (uint)length);
        BinaryPrimitives.WriteUInt32BigEndian(span[4..], (uint)pdu.Command);
        BinaryPrimitives.WriteUInt32BigEndian(span[8..], (uint)pdu.Status);
        BinaryPrimitives.WriteUInt32BigEndian(span[12..], pdu.Sequence);
        _body.WrittenSpan.CopyTo(span[PduFramer.HeaderLength..]);
        output.Advance(length);
    }

    private void WriteBody(Pdu pdu)
    {
        switch (pdu)
        {
            case MessagePdu { Command: CommandId.DataSm } data:
                WriteData(data);
                break;
            case MessagePdu message:
                WriteMessage(message);
                break;
            case MessageRespPdu response:
                // The body of a refusal is left out (§4.4.2).
                if (response.Status == CommandStatus.Ok)
                {
                    CString(response.MessageId, MessageRespPdu.MaxMessageId);
                }

                break;
            case BindPdu bind:
                WriteBind(bind);
                break;
            case BindRespPdu response:
                CString(response.SystemId, 15);
                Tlvs(response.Tlvs);
                break;
            default:
                break;
        }
    }

    private void WriteBind(BindPdu bind)
    {
        CString(bind.SystemId, 15);
        CString(bind.Password, 8);
        CString(bind.SystemType, 12);
        Bytes([bind.InterfaceVersion, bind.AddressTon, bind.AddressNpi]);
        CString(bind.AddressRange, 40);
    }

    private void WriteMessage(MessagePdu message)
    {
        CString(message.ServiceType, 5);
        Address(message.Source, SmppAddress.MaxLength);
        Address(message.Destination, SmppAddress.MaxLength);
        Bytes([message.EsmClass, message.ProtocolId, message.Priority]);
        CString(message.ScheduleTime, 16);
        CString(message.ValidityPeriod, 16);
        if (message.ShortMessage.Length > MessagePdu.MaxShortMessage)
        {
            throw new ArgumentException("The short message is longer than 254 octets.", nameof(message));
        }

        Bytes([message.RegisteredDelivery, message.ReplaceIfPresent, message.DataCoding, message.DefaultMessageId, (byte)message.ShortMessage.Length]);
        Bytes(message.ShortMessage.Span);
        Tlvs(message.Tlvs);
    }

    private void WriteData(MessagePdu data)
    {
        CString(data.ServiceType, 5);
        Address(data.Source, 64);
        Address(data.Destination, 64);
        Bytes([data.EsmClass, data.RegisteredDelivery, data.DataCoding]);
        Tlvs(data.Tlvs);
    }

    private void Address(SmppAddress address, int max)
    {
        Bytes([address.Ton, address.Npi]);
        CString(address.Value, max);
    }

    private void Tlvs(IReadOnlyList<Tlv> tlvs)
    {
        foreach (var tlv in tlvs)
        {
            var span = _body.GetSpan(4);
            BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)tlv.Tag);
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], checked((ushort)tlv.Value.Length));
            _body.Advance(4);
            Bytes(tlv.Value.Span);
        }
    }

    private void CString(string text, int max)
    {
        if (text.Length > max || text.AsSpan().IndexOfAnyExceptInRange('\u0001', '\u00FF') >= 0)
        {
            throw new ArgumentException($"A field of at most {max} characters is too long or has a character that cannot be written.", nameof(text));
        }

        _body.Advance(Encoding.Latin1.GetBytes(text, _body.GetSpan(text.Length)));
        Bytes([0]);
    }

    private void Bytes(ReadOnlySpan<byte> bytes) => _body.Write(bytes);
}
