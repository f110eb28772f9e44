using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>A client that sends bytes as it likes, from an address of its own on loopback.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[8192];

    private RawClient(Socket socket) => _socket = socket;

    public static async Task<RawClient> ConnectAsync(int port, string from = "127.0.0.1")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Refused as soon as it came: the next read finds it closed.
        }

        return new RawClient(socket);
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The next bytes; empty when the server closed.</summary>
    public async Task<string> ReceiveAsync()
    {
        try
        {
            return Encoding.Latin1.GetString(_buffer, 0, await _socket.ReceiveAsync(_buffer, TestContext.Current.CancellationToken));
        }
        catch (SocketException)
        {
            return "";
        }
    }

    /// <summary>Everything until the server closes.</summary>
    public async Task<string> ReceiveAllAsync()
    {
        var all = new StringBuilder();
        while (await ReceiveAsync() is { Length: > 0 } text)
            all.Append(text);
        return all.ToString();
    }

    /// <summary>Whether a request on this connection is answered with 200; false when the server closed it.</summary>
    public async Task<bool> IsServedAsync()
    {
        try
        {
            await SendAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        catch (SocketException)
        {
            return false;
        }

        return (await ReceiveAsync()).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
