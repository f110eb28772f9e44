using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Net.Security;
using System.Text;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Testing;

namespace MaskedVerify.Front.Tests.Hosting;

/// <summary>What one client may take of the public port: slow ones are cut off, greedy ones get no more than their part, and others go on.</summary>
public sealed class ClientLimitTests
{
    private const string Head = "GET /health/live HTTP/1.1\r\nHost: x\r\n";

    [Fact]
    public async Task Headers_WhenTheyDoNotEnd_AreCutOffAfterTheirTime()
    {
        await using var front = await StartAsync("HEADERSTIMEOUT", "00:00:01");
        await using var client = await RawClient.ConnectAsync(PortOf(front));
        await client.SendAsync(Head + "X-Slow: 1");
        Assert.StartsWith("HTTP/1.1 408", await client.ReceiveAllAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_WhenTheyAreTooManyOrTooLong_AreRefused()
    {
        await using var front = await RunningFront.StartAsync();
        foreach (var (request, status) in new[]
        {
            (Head + string.Concat(Enumerable.Repeat("X-A: 1\r\n", 64)) + "\r\n", 431),
            (Head + $"X-A: {new string('a', 16 * 1024)}\r\n\r\n", 431),
            ($"GET /{new string('a', 4 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
            (Head + string.Concat(Enumerable.Repeat("X-A: 1\r\n", 63)) + "\r\n", 200),
        })
        {
            await using var client = await RawClient.ConnectAsync(PortOf(front));
            await client.SendAsync(request);
            Assert.StartsWith($"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)}", await client.ReceiveAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Body_WhenItTricklesOrNeverComes_IsCutOff()
    {
        await using var front = await RunningFront.StartAsync();
        await using var client = await RawClient.ConnectAsync(PortOf(front));
        await client.SendAsync($"POST /v1/verifications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {front.Info.SandboxKey}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{");

        // The connection ends, whatever the server still says on it, and the product goes on.
        var answer = await client.ReceiveAllAsync();
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        Assert.Equal(200, (await front.SendAsync("GET", "/health/live", key: "")).Status);
    }

    [Fact]
    public async Task Connection_WithoutARequest_IsClosedAfterItsTime()
    {
        await using var front = await StartAsync("IDLETIMEOUT", "00:00:01");
        await using var client = await RawClient.ConnectAsync(PortOf(front));
        Assert.Equal("", await client.ReceiveAllAsync());
    }

    [Fact]
    public async Task Handshake_WhenTheClientIsSilent_IsClosedAfterItsTime()
    {
        await using var tls = await TlsFront.StartAsync(new Hashtable { ["MASKEDVERIFY_LIMITS__HANDSHAKETIMEOUT"] = "00:00:01" });
        await using var client = await RawClient.ConnectAsync(tls.Port);
        Assert.Equal("", await client.ReceiveAllAsync());
    }

    [Fact]
    public async Task Connections_OfOneAddress_AreLimitedAndOthersAreServed()
    {
        await using var front = await StartAsync("CONNECTIONSPERADDRESS", "3");
        var open = new List<RawClient>();
        for (var i = 0; i < 3; i++)
        {
            open.Add(await RawClient.ConnectAsync(PortOf(front), "127.0.0.2"));
            Assert.True(await open[i].IsServedAsync());
        }

        await using var greedy = await RawClient.ConnectAsync(PortOf(front), "127.0.0.2");
        Assert.Equal("", await greedy.ReceiveAllAsync());
        await using var other = await RawClient.ConnectAsync(PortOf(front), "127.0.0.3");
        Assert.True(await other.IsServedAsync());
        var metrics = await front.SendAsync("GET", "/metrics", client: front.Internal);
        Assert.Contains("maskedverify_connections_refused_total", metrics.Text, StringComparison.Ordinal);
        Assert.Single(front.Lines.All, l => l.Contains($"[{EventIds.ConnectionsRefused}]", StringComparison.Ordinal));

        // Whoever closes one may open one.
        await open[0].DisposeAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await using var again = await RawClient.ConnectAsync(PortOf(front), "127.0.0.2");
                return await again.IsServedAsync();
            },
            "the place of a closed connection is free");
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Connections_OfADeclaredProxy_AreNotLimited()
    {
        await using var front = await StartAsync("CONNECTIONSPERADDRESS", "3", "--behind-proxy", "127.0.0.2");
        var open = new List<RawClient>();
        for (var i = 0; i < 6; i++)
        {
            open.Add(await RawClient.ConnectAsync(PortOf(front), "127.0.0.2"));
            Assert.True(await open[i].IsServedAsync());
        }

        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Streams_OfOneConnection_AreLimited()
    {
        await using var tls = await TlsFront.StartAsync(new Hashtable { ["MASKEDVERIFY_LIMITS__STREAMSPERCONNECTION"] = "3" });
        await using var stream = await tls.HandshakeAsync(offered: SslApplicationProtocol.Http2);
        Assert.Equal(SslApplicationProtocol.Http2, stream.NegotiatedApplicationProtocol);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), TestContext.Current.CancellationToken);
        await stream.WriteAsync(Frame(type: 4, flags: 0, id: 0, []), TestContext.Current.CancellationToken);

        // Four requests whose bodies do not come: the server says three, and refuses the fourth.
        for (var i = 0; i < 4; i++)
            await stream.WriteAsync(Frame(type: 1, flags: 4, id: 1 + (2 * i), Post(tls.Front.Info.SandboxKey)), TestContext.Current.CancellationToken);
        var announced = 0u;
        while (true)
        {
            var (type, flags, id, payload) = await ReadFrameAsync(stream);
            if (type == 4 && flags == 0)
                announced = Setting(payload, 3);
            if (type != 3)
                continue;
            const uint Refused = 7;
            Assert.Equal((7, Refused), (id, BinaryPrimitives.ReadUInt32BigEndian(payload)));
            break;
        }

        Assert.Equal(3u, announced);
    }

    private static Task<RunningFront> StartAsync(string limit, string value, params string[] args) =>
        RunningFront.StartAsync(args, new Hashtable { ["MASKEDVERIFY_LIMITS__" + limit] = value });

    private static int PortOf(RunningFront front) => new Uri(front.Info.PublicAddress).Port;

    // RFC 9113 §4.1.
    private static byte[] Frame(byte type, byte flags, int id, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, ((uint)payload.Length << 8) | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        return frame;
    }

    // RFC 7541 §6: POST and https from the static table; path, authority, authorization and content-type as literals with names from it.
    private static byte[] Post(string key) =>
        [0x83, 0x87, .. Literal([0x04], "/v1/verifications"), .. Literal([0x01], TlsFront.Host), .. Literal([0x0f, 0x08], "Bearer " + key), .. Literal([0x0f, 0x10], "application/json")];

    private static byte[] Literal(byte[] name, string value) => [.. name, checked((byte)(value.Length < 127 ? value.Length : throw new ArgumentException("too long", nameof(value)))), .. Encoding.ASCII.GetBytes(value)];

    private static async Task<(byte Type, byte Flags, int Id, byte[] Payload)> ReadFrameAsync(Stream stream)
    {
        var head = new byte[9];
        await stream.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
        var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(head) >> 8];
        await stream.ReadExactlyAsync(payload, TestContext.Current.CancellationToken);
        return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
    }

    private static uint Setting(byte[] payload, ushort which)
    {
        for (var i = 0; i + 6 <= payload.Length; i += 6)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(i)) == which)
                return BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(i + 2));
        }

        return 0;
    }
}
