using System.Net;
using System.Net.Sockets;
using MaskedVerify.Front.Hosting;

namespace MaskedVerify.Front.Tests.Hosting;

/// <summary>A port that is held, and shared only with a listener that shares addresses.</summary>
public sealed class ReservedPortTests
{
    // An address of its own, so that taking many of its ports disturbs nobody. Ports that were only looked up would be among them in 99 of 100 runs.
    [Fact]
    public void Take_WhileItIsHeld_IsGivenToNobodyElse()
    {
        var address = IPAddress.Parse("127.0.0.77");
        var held = Enumerable.Range(0, 64).Select(_ => ReservedPort.Take(address)).ToList();
        List<Socket> others = [];
        try
        {
            for (var n = 0; n < 2_000; n++)
            {
                var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                others.Add(other);
                other.Bind(new IPEndPoint(address, 0));
            }

            Assert.Equal(held.Count, held.Select(port => port.Number).Distinct().Count());
            Assert.Empty(others.Select(other => ((IPEndPoint)other.LocalEndPoint!).Port).Intersect(held.Select(port => port.Number)));
        }
        finally
        {
            others.ForEach(other => other.Dispose());
            held.ForEach(port => port.Dispose());
        }
    }

    [Fact]
    public async Task Take_WhenAListenerSharesTheAddress_GivesItEveryConnection()
    {
        using var port = ReservedPort.Take(IPAddress.Loopback);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port.Number));
        listener.Listen();

        for (var n = 0; n < 20; n++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(IPAddress.Loopback, port.Number);
            using var accepted = await listener.AcceptAsync();
            Assert.True(accepted.Connected);
        }
    }

    [Fact]
    public void Dispose_WhenItIsCalled_GivesThePortBack()
    {
        var port = ReservedPort.Take(IPAddress.Loopback);
        port.Dispose();
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);

        other.Bind(new IPEndPoint(IPAddress.Loopback, port.Number));
    }
}
