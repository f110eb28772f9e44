using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Requests;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Hosting;

/// <summary>Closes what one address has open beyond <see cref="FrontLimits.ConnectionsPerAddress"/>, before it costs a handshake. A declared proxy carries everybody and is not counted.</summary>
internal sealed partial class ConnectionLimit(IOptions<FrontLimits> limits, FrontOptions options, TimeProvider time, FrontMetrics metrics, ILogger<ConnectionLimit> logger)
{
    /// <summary>Between two log lines: who attacks must not fill the disk.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, int> _open = new();
    private long _toldAt = -1;

    /// <summary>Lets a connection in, or not.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = CallerAddress.Normal((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        if (options.BehindProxy.Any(n => n.Contains(address)))
        {
            await next(connection);
            return;
        }

        var key = Holder(address);
        try
        {
            if (_open.AddOrUpdate(key, 1, static (_, count) => count + 1) <= limits.Value.ConnectionsPerAddress)
                await next(connection);
            else
                Refuse(connection);
        }
        finally
        {
            Leave(key);
        }
    }

    private void Leave(IPAddress key)
    {
        while (_open.TryGetValue(key, out var count))
        {
            if (count > 1 ? _open.TryUpdate(key, count - 1, count) : _open.TryRemove(new KeyValuePair<IPAddress, int>(key, count)))
                return;
        }
    }

    private void Refuse(ConnectionContext connection)
    {
        connection.Abort(new ConnectionAbortedException("One address has too many connections."));
        metrics.RefusedConnection();
        var told = Interlocked.Read(ref _toldAt);
        if ((told < 0 || time.GetElapsedTime(told) >= s_pause) && Interlocked.CompareExchange(ref _toldAt, time.GetTimestamp(), told) == told)
            LogRefused(limits.Value.ConnectionsPerAddress);
    }

    // Whoever has IPv6 has at least 2^64 addresses (RFC 6177).
    private static IPAddress Holder(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0);
        return new IPAddress(bytes);
    }

    [LoggerMessage(EventIds.ConnectionsRefused, LogLevel.Warning, "Connections are refused because one address has {Most} open; maskedverify_connections_refused_total counts them, and Limits:ConnectionsPerAddress is the limit")]
    private partial void LogRefused(int most);
}
