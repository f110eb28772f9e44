using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace MaskedVerify.Load.Http;

/// <summary>What the head of an answer says about its body.</summary>
internal readonly record struct HttpHead(int Status, int ContentLength, bool IsChunked, bool Closes)
{
    /// <summary>Reads status line and headers, each with its line end.</summary>
    public static HttpHead Parse(ReadOnlySpan<byte> head)
    {
        if (head.Length < 15 || !head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..12], out int status, out _))
            throw new IOException("This is not an answer of HTTP/1.1.");
        var length = 0;
        var chunked = false;
        var closes = false;
        for (var line = Next(ref head); head.Length > 0;)
        {
            line = Next(ref head);
            if (Value(line, "content-length"u8) is { Length: > 0 } text)
                length = Utf8Parser.TryParse(text, out int parsed, out _) ? parsed : throw new IOException("Content-Length is not a number.");
            else if (Value(line, "transfer-encoding"u8) is { Length: > 0 } encoding)
                chunked = Is(encoding, "chunked"u8);
            else if (Value(line, "connection"u8) is { Length: > 0 } connection)
                closes = Is(connection, "close"u8);
        }

        return new HttpHead(status, length, chunked, closes);
    }

    /// <summary>Reads the line before a chunk.</summary>
    public static int ChunkSize(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)';');
        return int.TryParse(end < 0 ? line : line[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw new IOException("The size of a chunk is not a number.");
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf("\r\n"u8);
        var line = end < 0 ? head : head[..end];
        head = end < 0 ? default : head[(end + 2)..];
        return line;
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length + 1 && line[name.Length] == (byte)':' && Is(line[..name.Length], name) ? line[(name.Length + 1)..].Trim((byte)' ') : default;

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(text, lowerCase);
}
