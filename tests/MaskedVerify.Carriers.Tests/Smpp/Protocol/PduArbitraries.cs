using FsCheck;
using FsCheck.Fluent;
using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Tests.Smpp.Protocol;

/// <summary>Any unit that the protocol allows, and bytes that it does not.</summary>
public sealed class PduArbitraries
{
    private static readonly Gen<byte> s_byte = Gen.Choose(0, 255).Select(value => (byte)value);
    private static readonly Gen<uint> s_sequence = Gen.Choose(1, int.MaxValue).Select(value => (uint)value);
    private static readonly Gen<CommandStatus> s_status = Gen.Elements(0u, 0x58u, 0x14u, 0x0Bu, 0x45u, 0x421u, 0xFFFFFFFFu).Select(value => (CommandStatus)value);

    public static Arbitrary<AnyPdu> Pdus() => Gen.OneOf(Plain(), Bind(), BindResp(), Message(), Data(), MessageResp()).Select(pdu => new AnyPdu(pdu)).ToArbitrary();

    private static Gen<Pdu> Plain() =>
        from command in Gen.Elements(
            CommandId.EnquireLink, CommandId.EnquireLinkResp, CommandId.Unbind, CommandId.UnbindResp, CommandId.GenericNack, (CommandId)0x7777)
        from status in s_status
        from sequence in s_sequence
        select (Pdu)new PlainPdu(command, status, sequence);

    private static Gen<Pdu> Bind() =>
        from command in Gen.Elements(CommandId.BindTransceiver, CommandId.BindTransmitter, CommandId.BindReceiver)
        from sequence in s_sequence
        from id in Text(15)
        from password in Text(8)
        from type in Text(12)
        from bytes in s_byte.ArrayOf(3)
        from range in Text(40)
        select (Pdu)new BindPdu(command, sequence)
        {
            SystemId = id,
            Password = password,
            SystemType = type,
            InterfaceVersion = bytes[0],
            AddressTon = bytes[1],
            AddressNpi = bytes[2],
            AddressRange = range,
        };

    private static Gen<Pdu> BindResp() =>
        from command in Gen.Elements(CommandId.BindTransceiverResp, CommandId.BindTransmitterResp, CommandId.BindReceiverResp)
        from status in s_status
        from sequence in s_sequence
        from id in Text(15)
        from tlvs in Tlvs()
        select (Pdu)new BindRespPdu(command, status, sequence) { SystemId = id, Tlvs = tlvs };

    private static Gen<Pdu> Message() =>
        from command in Gen.Elements(CommandId.SubmitSm, CommandId.DeliverSm)
        from sequence in s_sequence
        from service in Text(5)
        from source in Address(20)
        from destination in Address(20)
        from bytes in s_byte.ArrayOf(7)
        from schedule in Text(16)
        from validity in Text(16)
        from length in Gen.Choose(0, 254)
        from content in s_byte.ArrayOf(length)
        from tlvs in Tlvs()
        select (Pdu)new MessagePdu(command, sequence)
        {
            ServiceType = service,
            Source = source,
            Destination = destination,
            EsmClass = bytes[0],
            ProtocolId = bytes[1],
            Priority = bytes[2],
            ScheduleTime = schedule,
            ValidityPeriod = validity,
            RegisteredDelivery = bytes[3],
            ReplaceIfPresent = bytes[4],
            DataCoding = bytes[5],
            DefaultMessageId = bytes[6],
            ShortMessage = content,
            Tlvs = tlvs,
        };

    private static Gen<Pdu> Data() =>
        from sequence in s_sequence
        from service in Text(5)
        from source in Address(64)
        from destination in Address(64)
        from bytes in s_byte.ArrayOf(3)
        from tlvs in Tlvs()
        select (Pdu)new MessagePdu(CommandId.DataSm, sequence)
        {
            ServiceType = service,
            Source = source,
            Destination = destination,
            EsmClass = bytes[0],
            RegisteredDelivery = bytes[1],
            DataCoding = bytes[2],
            Tlvs = tlvs,
        };

    private static Gen<Pdu> MessageResp() =>
        from command in Gen.Elements(CommandId.SubmitSmResp, CommandId.DeliverSmResp, CommandId.DataSmResp)
        from sequence in s_sequence
        from id in Text(64)
        select (Pdu)new MessageRespPdu(command, CommandStatus.Ok, sequence, id);

    private static Gen<SmppAddress> Address(int max) =>
        from ton in s_byte
        from npi in s_byte
        from value in Text(max)
        select new SmppAddress(ton, npi, value);

    private static Gen<IReadOnlyList<Tlv>> Tlvs() =>
        from count in Gen.Choose(0, 4)
        from tlvs in (from tag in Gen.Choose(0, 0xFFFF)
                      from length in Gen.Frequency((9, Gen.Choose(0, 30)), (1, Gen.Choose(1000, 3000)))
                      from value in s_byte.ArrayOf(length)
                      select new Tlv((TlvTag)tag, value)).ListOf(count)
        select (IReadOnlyList<Tlv>)[.. tlvs];

    private static Gen<string> Text(int max) =>
        from length in Gen.Choose(0, max)
        from characters in Gen.Choose(1, 255).Select(value => (char)value).ArrayOf(length)
        select new string(characters);
}

/// <summary>Public, because FsCheck hands it to public tests.</summary>
public sealed class AnyPdu
{
    internal AnyPdu(Pdu value) => Value = value;

    internal Pdu Value { get; }

    public override string ToString() => Value.ToString();
}
