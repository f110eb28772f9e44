using System.Buffers;
using System.Buffers.Binary;
using MaskedVerify.Grains.ClusterTls;
using Orleans.Serialization.Buffers;

namespace MaskedVerify.Grains.Tests.ClusterTls;

/// <summary>Messages as Orleans writes them, made with its primitives.</summary>
internal static class WireMessages
{
    /// <summary>What each side sends first: a length and that many bytes.</summary>
    internal static byte[] Greeting(int length = 90) => [.. Int32(length), .. new byte[length]];

    /// <summary>A whole frame with a body of <paramref name="body"/> bytes.</summary>
    internal static byte[] Frame(MessageHead head, int body, bool timeToLive = true)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(output, null!);
        writer.WriteUInt32((uint)head.Kind << 16 | (head.Interface.Length > 0 ? 1u << 6 : 0) | (timeToLive ? 1u << 8 : 0));
        writer.WriteInt64(head.Id);
        foreach (var id in new[] { head.Sender, head.Target })
        {
            IdSpanCodec.WriteRaw(ref writer, id.Type.Value);
            IdSpanCodec.WriteRaw(ref writer, id.Key);
        }

        writer.WriteVarUInt32(13);
        writer.Write(new byte[13]);
        writer.WriteByte(1); // No target silo.
        if (timeToLive)
            writer.WriteInt32(10_000);
        if (head.Interface.Length > 0)
            IdSpanCodec.WriteRaw(ref writer, IdSpan.Create(head.Interface));
        writer.WriteVarUInt32(7);
        writer.Commit();
        var header = output.WrittenSpan.ToArray();
        return [.. Int32(header.Length), .. Int32(body), .. header, .. Enumerable.Repeat((byte)0xB0, body)];
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
