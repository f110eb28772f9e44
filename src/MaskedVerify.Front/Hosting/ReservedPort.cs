using System.Net;
using System.Net.Sockets;

namespace MaskedVerify.Front.Hosting;

/// <summary>
/// A port that the system chose, held until the server has ended. Orleans wants the number before it listens; while this socket is bound nobody else is given
/// the number, and Orleans, whose listeners share addresses, may still listen on it.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket;

    private ReservedPort(Socket socket, int number)
    {
        _socket = socket;
        Number = number;
    }

    /// <summary>The port, 1 to 65535.</summary>
    public int Number { get; }

    /// <summary>Takes a free port of an address.</summary>
    /// <exception cref="SocketException">The address is not one of this machine, or no port is left.</exception>
    public static ReservedPort Take(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address, 0));
            return new ReservedPort(socket, ((IPEndPoint?)socket.LocalEndPoint)?.Port ?? throw new InvalidOperationException("A bound socket has no port."));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
