using System.Buffers;
using System.Buffers.Binary;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Where Orleans' messages begin and end in one direction of a connection.</summary>
internal sealed class MessageFrames
{
    private const int PreambleFraming = sizeof(int);
    private const int Framing = 2 * sizeof(int);

    // Orleans' own limits are smaller (MaxMessageHeaderSize, MaxMessageBodySize); these keep a frame from being a number that overflows.
    private const int MaxHeader = 16 * 1024 * 1024;

    private bool _greeted;

    /// <summary>The next frame, if as much of it is there as a judgement needs.</summary>
    /// <param name="bytes">From the start of a frame.</param>
    /// <param name="length">Length of the whole frame; its end may not be there yet.</param>
    /// <param name="head">Of a message; null for the greeting that each side sends first.</param>
    /// <exception cref="InvalidDataException">That is no frame of Orleans'.</exception>
    internal bool TryRead(ReadOnlySequence<byte> bytes, out long length, out MessageHead? head)
    {
        head = null;
        length = 0;
        if (bytes.Length < (_greeted ? Framing : PreambleFraming))
            return false;

        var first = Int32At(bytes, 0);
        if (first is < 0 or > MaxHeader)
            throw new InvalidDataException("The peer sent a message of an impossible size.");
        if (!_greeted)
        {
            _greeted = true;
            length = PreambleFraming + first;
            return true;
        }

        var body = Int32At(bytes, sizeof(int));
        if (body < 0)
            throw new InvalidDataException("The peer sent a message of an impossible size.");
        if (bytes.Length < Framing + first)
            return false;

        length = Framing + (long)first + body;
        head = ReadHead(bytes.Slice(Framing, first));
        return true;
    }

    private static MessageHead ReadHead(ReadOnlySequence<byte> header)
    {
        try
        {
            return MessageHead.Read(header);
        }
        catch (Exception e)
        {
            throw new InvalidDataException("The peer sent a message that cannot be read.", e);
        }
    }

    private static int Int32At(ReadOnlySequence<byte> bytes, int offset)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        bytes.Slice(offset, sizeof(int)).CopyTo(number);
        return BinaryPrimitives.ReadInt32LittleEndian(number);
    }
}
