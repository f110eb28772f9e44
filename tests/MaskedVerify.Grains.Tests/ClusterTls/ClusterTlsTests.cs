using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Grains.Tests.ClusterTls;

/// <summary>Two silos and a client with real sockets, and peers that are no members.</summary>
public sealed class ClusterTlsTests(TlsCluster cluster) : IClassFixture<TlsCluster>
{
    private readonly TestAuthority _authority = cluster.Authority;
    private readonly int[] _ports = cluster.Ports;

    [Fact]
    public async Task Silos_WhenBothAreMembers_SpeakWithEachOther()
    {
        await Eventually.TrueAsync(async () => (await cluster.Second.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count == 2, "both silos are in the cluster");

        // A question that each silo answers itself.
        var statistics = await cluster.Second.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetRuntimeStatistics([]);
        Assert.Equal(2, statistics.Length);
    }

    [Fact]
    public async Task Peer_WhenItIsAMember_IsKeptOnEachPort()
    {
        using var member = _authority.Issue("visitor");
        foreach (var port in _ports)
            Assert.True(await IsKeptAsync(port, member, TimeSpan.FromSeconds(2)), $"port {port}");
    }

    [Fact]
    public async Task Peer_WhenItIsNoMember_IsClosed()
    {
        using var other = TestAuthority.Create();
        using var foreign = other.Issue();
        using var selfSigned = TestAuthority.SelfSigned();
        using var expired = _authority.Issue(notBefore: TimeProvider.System.GetUtcNow().AddDays(-3), notAfter: TimeProvider.System.GetUtcNow().AddDays(-1));
        using var serverOnly = _authority.Issue(usages: TestAuthority.ServerAuth);
        var before = Refusals();
        foreach (var port in _ports)
        {
            foreach (var certificate in new[] { null, selfSigned, foreign, expired, serverOnly })
                Assert.False(await IsKeptAsync(port, certificate, Eventually.Patience), $"port {port} with {certificate?.Subject ?? "nothing"}");
        }

        await Eventually.TrueAsync(() => Refusals() - before >= 15, "each refusal is logged");
        Assert.Contains(cluster.Logs.Lines, l => l.Text.Contains("not from the cluster's authority", StringComparison.Ordinal));
        Assert.Contains(cluster.Logs.Lines, l => l.Text.Contains("expired", StringComparison.Ordinal));
        Assert.Contains(cluster.Logs.Lines, l => l.Text.Contains("clientAuth", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Peer_WhenItSpeaksPlaintext_IsClosedAndHearsNothingButTls()
    {
        foreach (var port in _ports)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            var heard = await ReadToEndAsync(socket.GetStream());

            // At most an alert record (type 21).
            Assert.True(heard.Length == 0 || heard[0] == 21, Convert.ToHexString(heard));
        }
    }

    [Fact]
    public async Task Peer_WhenItOffersOnlyOldTls_IsRefused()
    {
        using var member = _authority.Issue("visitor");
#pragma warning disable SYSLIB0039, CA5397 // What must be refused has to be offered.
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(_ports[0], member, SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Fact]
    public async Task Peer_WhenItSpeaksAnotherProtocolOverTls_IsRefused()
    {
        using var member = _authority.Issue("visitor");
        foreach (var port in _ports)
            await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(port, member, SslProtocols.None, "h2"));
    }

    [Fact]
    public async Task Client_WhenItHasNoCertificate_DoesNotConnect()
    {
        using var member = cluster.Client(withTls: true);
        await member.StartAsync();
        Assert.NotEmpty(await member.Services.GetRequiredService<IClusterClient>().GetGrain<IManagementGrain>(0).GetHosts(true));
        await member.StopAsync();

        using var stranger = cluster.Client(withTls: false);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<Exception>(() => stranger.StartAsync(patience.Token).WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Connection_AfterTheFilesWereReplaced_ShowsTheNewCertificate()
    {
        using var visitor = _authority.Issue("visitor");
        var before = await ServerCertificateAsync(visitor);
        using var fresh = _authority.Issue("rotated");
        cluster.Write(fresh);

        await Eventually.TrueAsync(async () => await ServerCertificateAsync(visitor) == fresh.Thumbprint, "a new connection shows the new certificate");

        Assert.NotEqual(before, fresh.Thumbprint);
        Assert.Equal(2, (await cluster.Second.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(true)).Count);
    }

    private int Refusals() => cluster.Logs.Lines.Count(l => l.EventId == Grains.Plumbing.EventIds.ClusterTlsRefused);

    private async Task<string> ServerCertificateAsync(X509Certificate2 mine)
    {
        var (socket, tls) = await HandshakeAsync(_ports[0], mine, SslProtocols.Tls13);
        using (socket)
        await using (tls)
            return ((X509Certificate2)tls.RemoteCertificate!).Thumbprint;
    }

    /// <summary>Whether a peer with this certificate may stay for a time, as a member that has nothing to say yet does.</summary>
    private static async Task<bool> IsKeptAsync(int port, X509Certificate2? certificate, TimeSpan time)
    {
        try
        {
            var (socket, tls) = await HandshakeAsync(port, certificate, SslProtocols.None);
            using (socket)
            await using (tls)
                return await IsOpenAsync(tls, time);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return false;
        }
    }

    private static async Task<(TcpClient Socket, SslStream Tls)> HandshakeAsync(int port, X509Certificate2? certificate, SslProtocols protocols, string application = "Orleans1")
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "any",
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
            RemoteCertificateValidationCallback = static (_, shown, _, _) => shown is not null,
            EnabledSslProtocols = protocols,
            ApplicationProtocols = [new(application)],
        });
        return (socket, tls);
    }

    private static async Task<bool> IsOpenAsync(SslStream stream, TimeSpan time)
    {
        try
        {
            using var patience = new CancellationTokenSource(time);
            return await stream.ReadAsync(new byte[256], patience.Token) > 0;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream)
    {
        try
        {
            using var all = new MemoryStream();
            using var patience = new CancellationTokenSource(Eventually.Patience);
            await stream.CopyToAsync(all, patience.Token);
            return all.ToArray();
        }
        catch (IOException)
        {
            return [];
        }
    }
}
