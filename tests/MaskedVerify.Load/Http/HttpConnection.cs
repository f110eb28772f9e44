using System.Net;
using System.Net.Sockets;

namespace MaskedVerify.Load.Http;

/// <summary>
/// One HTTP/1.1 connection that sends prepared bytes and reads one answer: little else than the system calls, so that the cores are left to the server. The
/// echo reference is measured with the same class, which tells what it costs. No TLS, no redirects.
/// </summary>
internal sealed class HttpConnection(IPEndPoint server) : IAsyncDisposable
{
    private Socket? _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private int _length;

    /// <summary>Sends a whole request and reads its answer. Connects first when there is no connection.</summary>
    /// <exception cref="IOException">The connection was closed, or what came is not HTTP.</exception>
    public async ValueTask<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request)
    {
        try
        {
            var socket = _socket ??= await ConnectAsync();
            while (request.Length > 0)
                request = request[await socket.SendAsync(request, SocketFlags.None)..];
            return await ReceiveAsync();
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<HttpAnswer> ReceiveAsync()
    {
        _length = 0;
        int end;
        while ((end = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync();
        var head = HttpHead.Parse(_buffer.AsSpan(0, end + 2));
        var start = end + 4;
        var length = head.IsChunked ? await ReceiveChunksAsync(start) : head.ContentLength;
        while (_length < start + length)
            await FillAsync();
        if (head.Closes)
            Close();
        return new HttpAnswer(head.Status, _buffer.AsMemory(start, length));
    }

    // Moves the content of the chunks together, behind the head; returns its length.
    private async ValueTask<int> ReceiveChunksAsync(int start)
    {
        var read = start;
        var written = start;
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(read, _length - read).IndexOf("\r\n"u8)) < 0)
                await FillAsync();
            var size = HttpHead.ChunkSize(_buffer.AsSpan(read, line));
            read += line + 2;
            while (_length < read + size + 2)
                await FillAsync();
            if (size == 0)
                return written - start;
            _buffer.AsSpan(read, size).CopyTo(_buffer.AsSpan(written));
            written += size;
            read += size + 2;
        }
    }

    private async ValueTask FillAsync()
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var received = await _socket!.ReceiveAsync(_buffer.AsMemory(_length), SocketFlags.None);
        if (received == 0)
            throw new IOException("The server closed the connection.");
        _length += received;
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
