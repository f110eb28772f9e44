using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Orleans.Serialization.Buffers;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Who says what to whom, as the sender of one of Orleans' messages wrote it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MessageHead(MessageKind Kind, long Id, GrainId Sender, GrainId Target, string Interface)
{
    private const uint HasInterface = 1 << 6;
    private const uint HasTimeToLive = 1 << 8;

    /// <summary>
    /// Reads the header of a message, without its frame. The layout is that of <c>MessageSerializer</c> of the pinned Orleans version, read with its own primitives, so that
    /// no two readings of the same bytes differ. What stands behind the interface (version, cache updates, request context) is not looked at.
    /// </summary>
    /// <exception cref="Exception">Anything: the bytes are a peer's.</exception>
    internal static MessageHead Read(ReadOnlySequence<byte> header)
    {
        var reader = Reader.Create(header, null!);
        var flags = reader.ReadUInt32();
        var id = reader.ReadInt64();
        var sender = ReadGrain(ref reader);
        var target = ReadGrain(ref reader);

        // The silos of sender and target.
        reader.ReadBytes(reader.ReadVarUInt32());
        reader.ReadBytes(reader.ReadVarUInt32());
        if ((flags & HasTimeToLive) != 0)
            reader.ReadInt32();

        var contract = (flags & HasInterface) != 0 ? Encoding.UTF8.GetString(ReadSpan(ref reader)) : string.Empty;
        return new((MessageKind)((flags >> 16) & 0xF), id, sender, target, contract);
    }

    // The hash that the sender wrote is not believed: whoever compares ids by it would see two where there is one.
    private static GrainId ReadGrain<T>(ref Reader<T> reader) => new(new GrainType(new IdSpan(ReadSpan(ref reader))), new IdSpan(ReadSpan(ref reader)));

    private static byte[] ReadSpan<T>(ref Reader<T> reader)
    {
        var length = reader.ReadVarUInt32();
        if (length == 0)
            return [];

        reader.ReadInt32();
        return reader.ReadBytes(length);
    }
}

/// <summary>Orleans' directions of a message.</summary>
internal enum MessageKind
{
    /// <summary>Not said.</summary>
    None,

    /// <summary>Asks for an answer.</summary>
    Request,

    /// <summary>An answer.</summary>
    Response,

    /// <summary>Wants no answer.</summary>
    OneWay,
}
