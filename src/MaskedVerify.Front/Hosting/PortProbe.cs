using System.Net;
using System.Net.Sockets;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Hosting;

/// <summary>Ports that Orleans needs as numbers before it starts.</summary>
internal static class PortProbe
{
    /// <summary>A loopback port that is free now.</summary>
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint?)socket.LocalEndPoint)?.Port ?? throw new InvalidOperationException("A bound socket has no port.");
    }

    /// <summary>Says which fixed port is taken, before anything else is started.</summary>
    /// <exception cref="FrontStartException">One or more are; all are named.</exception>
    public static void RequireFree(FrontOptions options)
    {
        List<string> taken = [];
        foreach (var endpoint in options.Has(SiloRoles.Front) ? options.PublicEndpoints : [])
            Check(endpoint, "--urls", taken);
        Check(options.InternalEndpoint, "--internal-port", taken);
        if (options.GatewayPort is { } gateway)
            Check(new IPEndPoint(options.SiloAddress, gateway), "--gateway", taken);
        Check(new IPEndPoint(options.SiloAddress, options.SiloPort), "--silo-port", taken);
        if (taken.Count > 0)
            throw new FrontStartException(ExitCodes.PortInUse, string.Join(Environment.NewLine, taken));
    }

    private static void Check(IPEndPoint endpoint, string name, List<string> taken)
    {
        if (endpoint.Port == 0)
            return;
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            taken.Add($"{endpoint} is in use by another process. Stop it, or choose another port with {name}.");
        }
        catch (SocketException e)
        {
            taken.Add($"{endpoint} cannot be listened on ({e.SocketErrorCode}). Choose another address or port with {name}.");
        }
    }
}
