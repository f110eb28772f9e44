using System.Diagnostics;

namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>One protocol data unit. Prints only its header: bodies hold numbers, codes and passwords.</summary>
[DebuggerDisplay("{ToString(),nq}")]
internal abstract record Pdu(CommandId Command, CommandStatus Status, uint Sequence)
{
    public sealed override string ToString() => $"{Command} #{Sequence} ({Status})";
}

/// <summary>A unit without a body: enquire_link, unbind, their answers, generic_nack; also any unit whose body nobody reads.</summary>
internal sealed record PlainPdu(CommandId Command, CommandStatus Status, uint Sequence) : Pdu(Command, Status, Sequence);

/// <summary>bind_transceiver, bind_transmitter, bind_receiver (§4.1).</summary>
internal sealed record BindPdu(CommandId Command, uint Sequence) : Pdu(Command, CommandStatus.Ok, Sequence)
{
    /// <summary>SMPP 3.4.</summary>
    public const byte Version34 = 0x34;

    /// <summary>At most 15 characters.</summary>
    public string SystemId { get; init; } = string.Empty;

    /// <summary>At most 8 characters.</summary>
    public string Password { get; init; } = string.Empty;

    /// <summary>At most 12 characters.</summary>
    public string SystemType { get; init; } = string.Empty;

    public byte InterfaceVersion { get; init; } = Version34;

    public byte AddressTon { get; init; }

    public byte AddressNpi { get; init; }

    /// <summary>At most 40 characters.</summary>
    public string AddressRange { get; init; } = string.Empty;
}

/// <summary>The answer to a bind.</summary>
internal sealed record BindRespPdu(CommandId Command, CommandStatus Status, uint Sequence) : Pdu(Command, Status, Sequence)
{
    /// <summary>Name of the centre, at most 15 characters.</summary>
    public string SystemId { get; init; } = string.Empty;

    public IReadOnlyList<Tlv> Tlvs { get; init; } = [];
}

/// <summary>submit_sm (§4.4.1), deliver_sm (§4.6.1) and data_sm (§4.7.1): one message or receipt.</summary>
/// <remarks>data_sm has only the fields up to <see cref="Destination"/>, <see cref="EsmClass"/>, <see cref="RegisteredDelivery"/>, <see cref="DataCoding"/>, and <see cref="Tlvs"/>.</remarks>
internal sealed record MessagePdu(CommandId Command, uint Sequence) : Pdu(Command, CommandStatus.Ok, Sequence)
{
    /// <summary>Most octets of <see cref="ShortMessage"/>.</summary>
    public const int MaxShortMessage = 254;

    /// <summary>At most 5 characters.</summary>
    public string ServiceType { get; init; } = string.Empty;

    public SmppAddress Source { get; init; } = SmppAddress.None;

    public SmppAddress Destination { get; init; } = SmppAddress.None;

    public byte EsmClass { get; init; }

    public byte ProtocolId { get; init; }

    public byte Priority { get; init; }

    /// <summary>Empty or 16 characters (§7.1.1).</summary>
    public string ScheduleTime { get; init; } = string.Empty;

    /// <summary>Empty or 16 characters (§7.1.1).</summary>
    public string ValidityPeriod { get; init; } = string.Empty;

    public byte RegisteredDelivery { get; init; }

    public byte ReplaceIfPresent { get; init; }

    public byte DataCoding { get; init; }

    public byte DefaultMessageId { get; init; }

    public ReadOnlyMemory<byte> ShortMessage { get; init; }

    public IReadOnlyList<Tlv> Tlvs { get; init; } = [];

    /// <summary>The octets of the message, wherever they travel.</summary>
    public ReadOnlyMemory<byte> Content => ShortMessage.IsEmpty ? Find(TlvTag.MessagePayload) ?? default : ShortMessage;

    /// <summary>The value of the first optional parameter of a tag, or null.</summary>
    public ReadOnlyMemory<byte>? Find(TlvTag tag)
    {
        foreach (var tlv in Tlvs)
        {
            if (tlv.Tag == tag)
            {
                return tlv.Value;
            }
        }

        return null;
    }
}

/// <summary>The answer to submit_sm, deliver_sm or data_sm: the message id of the centre, at most 64 characters, empty when it gave none.</summary>
internal sealed record MessageRespPdu(CommandId Command, CommandStatus Status, uint Sequence, string MessageId) : Pdu(Command, Status, Sequence)
{
    /// <summary>Most characters of a message id.</summary>
    public const int MaxMessageId = 64;
}
