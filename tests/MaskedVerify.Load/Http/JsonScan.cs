using System.Text;

namespace MaskedVerify.Load.Http;

/// <summary>Takes single members out of compact JSON without parsing the rest: the answers are our own server's, and their shape is tested elsewhere.</summary>
internal static class JsonScan
{
    /// <summary>The text behind the first <paramref name="member"/> (written <c>"id":"</c>) up to the next quote, or null.</summary>
    public static string? Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member)
    {
        var at = json.IndexOf(member);
        if (at < 0)
            return null;
        var value = json[(at + member.Length)..];
        var end = value.IndexOf((byte)'"');
        return end < 0 ? null : Encoding.UTF8.GetString(value[..end]);
    }

    /// <summary>Everything behind the first <paramref name="marker"/>; empty when it is not there.</summary>
    public static ReadOnlySpan<byte> After(ReadOnlySpan<byte> json, string marker)
    {
        Span<byte> bytes = stackalloc byte[128];
        bytes = bytes[..Encoding.ASCII.GetBytes(marker, bytes)];
        var at = json.IndexOf(bytes);
        return at < 0 ? default : json[(at + bytes.Length)..];
    }
}
