using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MaskedVerify.Testing;

/// <summary>
/// A port on 127.0.0.1 for a program that must be told one, until it is disposed. No two tests of this machine hold the same: each port has a file that is locked as
/// long as somebody holds it. It lies below those that the system gives to whoever asks for any, so it stays free also while the program is down.
/// </summary>
public sealed class HeldPort : IDisposable
{
    private const int Lowest = 10_000;

    /// <summary>Where the system begins (<c>net.ipv4.ip_local_port_range</c>), unless it says otherwise.</summary>
    private const int LowestOfTheSystem = 32_768;

    private static readonly int s_end = End();

    // Programs that start at once look from different places on; each port is looked at once.
    private static int s_next = Environment.ProcessId * 97;

    private readonly FileStream _lock;

    private HeldPort(int number, FileStream held) => (Number, _lock) = (number, held);

    /// <summary>The port.</summary>
    public int Number { get; }

    /// <summary>Takes one that nobody holds and nobody listens on.</summary>
    public static HeldPort Take()
    {
        var folder = Path.Combine(Path.GetTempPath(), "mv-ports");
        Directory.CreateDirectory(folder);
        for (var tries = s_end - Lowest; tries > 0; tries--)
        {
            var number = Lowest + (int)((uint)Interlocked.Increment(ref s_next) % (uint)(s_end - Lowest));
            if (Lock(Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture))) is not { } held)
                continue;
            if (IsFree(number))
                return new HeldPort(number, held);
            held.Dispose();
        }

        throw new InvalidOperationException($"No port from {Lowest} to {s_end} is free.");
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    // The files stay: to remove one that somebody else has just opened would give its port out twice.
    private static FileStream? Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsFree(int number)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, number);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int End()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        return File.Exists(Range) ? int.Parse(File.ReadAllText(Range).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture) : LowestOfTheSystem;
    }
}
