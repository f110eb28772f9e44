using System.Net;
using System.Net.Sockets;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Hosting;

/// <summary>Looks at the ports that were asked for before anything is started.</summary>
internal static class PortProbe
{
    /// <summary>Says which fixed port is taken.</summary>
    /// <exception cref="FrontStartException">One or more are; all are named.</exception>
    public static void RequireFree(FrontOptions options)
    {
        List<string> taken = [];
        foreach (var endpoint in options.Has(SiloRoles.Front) ? options.PublicEndpoints : [])
            Check(endpoint.Address, "--urls", taken);
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
