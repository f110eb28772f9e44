using System.Buffers.Binary;
using System.Globalization;
using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Carriers.Text;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>Turns a message into the submit_sm units that carry it. Sequence numbers are given later.</summary>
internal sealed class SubmitComposer(SmppOptions options, int firstReference)
{
    /// <summary>Octets of user data header before a part: IEI 0x08 with a 16-bit reference, or IEI 0x00 with 8 bits (3GPP TS 23.040 §9.2.3.24).</summary>
    private const byte WideReference = 0x08;
    private const byte NarrowReference = 0x00;

    /// <summary>The two low bits ask for a receipt of success and failure (SMPP 3.4 §5.2.17).</summary>
    private const byte ReceiptWanted = 0x01;

    private readonly SmppAddress _defaultSource = SmppSender.Address(options.SourceAddress, options.SourceTon, options.SourceNpi);
    private readonly string _validity = RelativeTime(options.ValidityPeriod);
    private int _reference = firstReference;

    /// <summary>The units in order, and in how many messages the text arrives; null when the sender or the length of the text is beyond the protocol.</summary>
    /// <remarks>Only the last unit asks for a receipt: a text has one id that its receipts are matched by.</remarks>
    public ComposedSubmit? Compose(CarrierMessage message)
    {
        if (Source(message.Sender) is not { } source)
        {
            return null;
        }

        var alphabet = MessageSegments.AlphabetOf(message.Text);
        var template = new MessagePdu(CommandId.SubmitSm, 0)
        {
            ServiceType = options.ServiceType,
            Source = source,
            Destination = SmppSender.Destination(message.To.Reveal()),
            ValidityPeriod = _validity,
            DataCoding = (byte)(alphabet == TextAlphabet.Gsm7 ? options.Gsm7DataCoding : options.Ucs2DataCoding),
        };
        var reference = options.Concatenation == Concatenation.Udh8 ? ConcatenationReference.EightBit : ConcatenationReference.SixteenBit;
        var parts = MessageSegments.Split(message.Text, alphabet, reference);
        if (parts.Count > MessageSegments.MaxParts)
        {
            return null;
        }

        var units = parts.Count == 1 ? [template with { RegisteredDelivery = ReceiptWanted, ShortMessage = MessageSegments.Encode(parts[0], alphabet) }]
            : options.Concatenation == Concatenation.MessagePayload ? [Payload(template, message.Text, alphabet)]
            : Parts(template, parts, alphabet, reference);
        return new ComposedSubmit(units, parts.Count);
    }

    private SmppAddress? Source(string? sender) => string.IsNullOrEmpty(sender) ? _defaultSource
        : SmppSender.IsValid(sender) ? SmppSender.Address(sender, ton: null, npi: null)
        : null;

    private static MessagePdu Payload(MessagePdu template, string text, TextAlphabet alphabet) => template with
    {
        RegisteredDelivery = ReceiptWanted,
        Tlvs = [new Tlv(TlvTag.MessagePayload, MessageSegments.Encode(text, alphabet))],
    };

    private MessagePdu[] Parts(MessagePdu template, IReadOnlyList<string> parts, TextAlphabet alphabet, ConcatenationReference width)
    {
        var reference = (ushort)Interlocked.Increment(ref _reference);
        var units = new MessagePdu[parts.Count];
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = template with
            {
                EsmClass = EsmClass.UserDataHeader,
                RegisteredDelivery = i == units.Length - 1 ? ReceiptWanted : (byte)0,
                ShortMessage = (byte[])[.. Header(width, reference, parts.Count, i + 1), .. MessageSegments.Encode(parts[i], alphabet)],
            };
        }

        return units;
    }

    private static byte[] Header(ConcatenationReference width, ushort reference, int total, int number)
    {
        if (width == ConcatenationReference.EightBit)
        {
            return [5, NarrowReference, 3, (byte)reference, (byte)total, (byte)number];
        }

        byte[] header = [6, WideReference, 4, 0, 0, (byte)total, (byte)number];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(3), reference);
        return header;
    }

    // YYMMDDhhmmss000R: a time from now (§7.1.1).
    private static string RelativeTime(TimeSpan? validity) => validity is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"0000{time.Days:D2}{time.Hours:D2}{time.Minutes:D2}{time.Seconds:D2}000R")
        : string.Empty;
}

/// <summary>A message ready for the wire.</summary>
/// <param name="Units">In order.</param>
/// <param name="Segments">Messages that the device gets, at least 1.</param>
internal sealed record ComposedSubmit(IReadOnlyList<MessagePdu> Units, int Segments);
