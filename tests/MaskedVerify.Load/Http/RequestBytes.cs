using System.Buffers.Text;
using System.Text;

namespace MaskedVerify.Load.Http;

/// <summary>Puts requests together in one buffer of its own. For one connection.</summary>
internal sealed class RequestBytes
{
    private const int BodyRoom = 256;

    private readonly byte[] _buffer = new byte[2048];
    private readonly byte[] _body = new byte[BodyRoom];
    private readonly byte[] _headers;
    private int _length;
    private int _bodyLength;

    /// <param name="authority">Host and port for the <c>Host</c> header.</param>
    /// <param name="key">API key, or null for none.</param>
    public RequestBytes(string authority, string? key)
    {
        var headers = $" HTTP/1.1\r\nHost: {authority}\r\n" + (key is null ? "" : $"Authorization: Bearer {key}\r\n");
        _headers = Encoding.ASCII.GetBytes(headers);
    }

    /// <summary>Begins a request: method with a blank behind it, and the path.</summary>
    public RequestBytes Begin(ReadOnlySpan<byte> methodAndBlank)
    {
        _length = 0;
        _bodyLength = 0;
        return Path(methodAndBlank);
    }

    /// <summary>Adds to the path.</summary>
    public RequestBytes Path(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
        return this;
    }

    /// <summary>Adds ASCII characters to the path.</summary>
    public RequestBytes Path(string text)
    {
        _length += Encoding.ASCII.GetBytes(text, _buffer.AsSpan(_length));
        return this;
    }

    /// <summary>Adds to the body.</summary>
    public RequestBytes Body(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_body.AsSpan(_bodyLength));
        _bodyLength += text.Length;
        return this;
    }

    /// <summary>Adds ASCII characters to the body.</summary>
    public RequestBytes Body(string text)
    {
        _bodyLength += Encoding.ASCII.GetBytes(text, _body.AsSpan(_bodyLength));
        return this;
    }

    /// <summary>The whole request, valid until the next one begins. With a body it is JSON; <paramref name="idempotencyKey"/> may be null.</summary>
    public ReadOnlyMemory<byte> End(string? idempotencyKey = null)
    {
        Path(_headers);
        if (idempotencyKey is not null)
            Path("Idempotency-Key: "u8).Path(idempotencyKey).Path("\r\n"u8);
        if (_bodyLength > 0)
        {
            Path("Content-Type: application/json\r\nContent-Length: "u8);
            Utf8Formatter.TryFormat(_bodyLength, _buffer.AsSpan(_length), out var digits);
            _length += digits;
            Path("\r\n\r\n"u8).Path(_body.AsSpan(0, _bodyLength));
        }
        else
        {
            Path("\r\n"u8);
        }

        return _buffer.AsMemory(0, _length);
    }
}
