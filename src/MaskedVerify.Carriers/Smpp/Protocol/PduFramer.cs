using System.Buffers;
using System.Buffers.Binary;

namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>Cuts a stream of bytes into units by their first field, the length. Allocates nothing, whatever the peer claims.</summary>
internal static class PduFramer
{
    /// <summary>Octets of every header: length, command, status, sequence, 32 bits each, big endian.</summary>
    public const int HeaderLength = 16;

    /// <summary>Longest unit that is read: a message_payload may fill 64 KiB by its length field, no honest unit comes near it.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Takes the next whole unit off the front of <paramref name="buffer"/>.</summary>
    public static FrameStatus TryRead(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (buffer.Length < sizeof(uint))
        {
            return FrameStatus.Incomplete;
        }

        Span<byte> prefix = stackalloc byte[sizeof(uint)];
        buffer.Slice(0, sizeof(uint)).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix);
        if (length is < HeaderLength or > MaxLength)
        {
            return FrameStatus.Invalid;
        }

        if (buffer.Length < length)
        {
            return FrameStatus.Incomplete;
        }

        frame = buffer.Slice(0, length);
        buffer = buffer.Slice(length);
        return FrameStatus.Complete;
    }
}

/// <summary>What <see cref="PduFramer.TryRead"/> found.</summary>
internal enum FrameStatus
{
    /// <summary>More bytes are needed.</summary>
    Incomplete = 0,

    /// <summary>One unit.</summary>
    Complete = 1,

    /// <summary>A length below 16 or above the limit: the stream cannot be read any further.</summary>
    Invalid = 2,
}
