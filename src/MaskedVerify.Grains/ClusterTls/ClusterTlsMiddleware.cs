using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Grains.Plumbing;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Puts TLS between a socket and Orleans' messages. A peer that is no member of the cluster never gets to say anything.</summary>
internal sealed partial class ClusterTlsMiddleware(
    ClusterCertificates certificates, IOptions<ClusterTlsOptions> options, AskedPeers asked, IServiceProvider services, TimeProvider time, GrainsMetrics metrics, ILogger<ClusterTlsMiddleware> logger)
{
    /// <summary>What the two sides agree to speak, so that a server of another kind is no peer.</summary>
    private static readonly List<SslApplicationProtocol> s_protocols = [new("mv-silo/1")];

    private static readonly CipherSuitesPolicy? s_suites = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
        ? new CipherSuitesPolicy(
        [
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        ])
        : null;

    /// <summary>The side that listens. Behind a gateway clients speak, and nobody knows what a client is, so its certificate has to be for everything.</summary>
    internal Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next, bool isGateway) => RunAsync(connection, next, PeerRules.ClientAuth, isGateway, AuthenticateAsServerAsync);

    /// <summary>The side that connects, to a silo or to a gateway.</summary>
    internal Task ConnectAsync(ConnectionContext connection, ConnectionDelegate next, bool isGateway) => RunAsync(connection, next, PeerRules.ServerAuth, isGateway, AuthenticateAsClientAsync);

    /// <summary>Calls a silo only to see what its certificate is for; null when it does not answer as a member.</summary>
    internal async Task<SiloRoles?> GreetAsync(IPEndPoint silo, CancellationToken cancellationToken)
    {
        var identity = certificates.Current;
        using var timeout = new CancellationTokenSource(options.Value.HandshakeTimeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(silo, end.Token);
            await using var tls = new SslStream(new NetworkStream(socket));
            await AuthenticateAsClientAsync(tls, identity, (_, shown, chain, _) => Judge(shown, chain, identity, PeerRules.ServerAuth, isGateway: false) is null, end.Token);
            return RolesOf(tls);
        }
        catch (Exception e) when (e is SocketException || IsFailedHandshake(e))
        {
            // It is away, or none of us; whoever has to talk to it finds out.
            return null;
        }
    }

    private async Task RunAsync(
        ConnectionContext connection, ConnectionDelegate next, string usage, bool isGateway, Func<SslStream, ClusterIdentity, RemoteCertificateValidationCallback, CancellationToken, Task> authenticate)
    {
        var plain = connection.Transport;
        await using var raw = new PipeStream(plain);
        await using var tls = new SslStream(raw, leaveInnerStreamOpen: true);
        if (!await HandshakeAsync(connection, tls, usage, isGateway, authenticate))
        {
            connection.Abort(new ConnectionAbortedException("The peer is no member of the cluster."));
            return;
        }

        var secured = Pipe(tls, connection);
        connection.Transport = secured;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = plain;
            await secured.Input.CompleteAsync();
            await secured.Output.CompleteAsync();
        }
    }

    private SecuredPipe Pipe(SslStream tls, ConnectionContext connection)
    {
        var input = PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true));
        var output = PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true));
        var roles = RolesOf(tls);
        if (roles.HasFlag(SiloRoles.Vault))
            return new SecuredPipe(input, output);

        var peer = new LimitedPeer(roles, asked, services.GetService<ClusterRoles>(), (inbound, reason) =>
        {
            metrics.PeerRefused(inbound ? "said" : "told");
            LogNotAllowed(connection.RemoteEndPoint?.ToString(), roles, reason, inbound ? "closed" : "kept, and it is not told");
        });
        return new SecuredPipe(new CheckedReader(input, peer), new CheckedWriter(output, peer));
    }

    private async Task<bool> HandshakeAsync(
        ConnectionContext connection, SslStream tls, string usage, bool isGateway, Func<SslStream, ClusterIdentity, RemoteCertificateValidationCallback, CancellationToken, Task> authenticate)
    {
        string? refusal = null;
        var identity = certificates.Current;
        using var timeout = new CancellationTokenSource(options.Value.HandshakeTimeout, time);
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, connection.ConnectionClosed);
        try
        {
            await authenticate(tls, identity, (_, certificate, chain, _) => (refusal = Judge(certificate, chain, identity, usage, isGateway)) is null, closed.Token);
            return true;
        }
        catch (Exception e) when (IsFailedHandshake(e))
        {
            LogRefused(
                connection.RemoteEndPoint?.ToString(), usage == PeerRules.ClientAuth ? "Inbound" : "Outbound", refusal ?? (timeout.IsCancellationRequested ? "it did not finish the handshake in time" : Word(e)));
            return false;
        }
    }

    private static bool IsFailedHandshake(Exception e) => e is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException;

    private static SiloRoles RolesOf(SslStream tls) => CertificateRoles.Of((X509Certificate2)tls.RemoteCertificate!) ?? SiloRoles.None;

    private string? Judge(X509Certificate? certificate, X509Chain? chain, ClusterIdentity identity, string usage, bool isGateway)
    {
        var sent = new X509Certificate2Collection();
        if (chain is not null)
            sent.AddRange(chain.ChainPolicy.ExtraStore);

        return PeerRules.Refusal(certificate as X509Certificate2, sent, identity.Authority, usage, time.GetUtcNow()) ?? RoleRefusal((X509Certificate2)certificate!, isGateway);
    }

    private static string? RoleRefusal(X509Certificate2 certificate, bool isGateway) => CertificateRoles.Of(certificate) switch
    {
        null => "its certificate names a role that does not exist",
        { } roles when isGateway && !roles.HasFlag(SiloRoles.Vault) => "its certificate is for silos that are no vaults, and this is the way of clients",
        _ => null,
    };

    private static Task AuthenticateAsServerAsync(SslStream tls, ClusterIdentity identity, RemoteCertificateValidationCallback judge, CancellationToken cancellationToken) =>
        tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = identity.Context,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = judge,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                CipherSuitesPolicy = s_suites,
                ApplicationProtocols = s_protocols,
                AllowRenegotiation = false,

                // A resumed session would carry over what an earlier handshake judged.
                AllowTlsResume = false,
            },
            cancellationToken);

    private static Task AuthenticateAsClientAsync(SslStream tls, ClusterIdentity identity, RemoteCertificateValidationCallback judge, CancellationToken cancellationToken) =>
        tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                // Members are told by their authority, not by a name.
                TargetHost = "maskedverify-silo",
                ClientCertificateContext = identity.Context,
                RemoteCertificateValidationCallback = judge,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                CipherSuitesPolicy = s_suites,
                ApplicationProtocols = s_protocols,
                AllowRenegotiation = false,
                AllowTlsResume = false,
            },
            cancellationToken);

    private static string Word(Exception e) => e is AuthenticationException ? "it does not speak TLS as members do, or refused this silo's certificate" : "it closed the connection";

    [LoggerMessage(EventIds.ClusterTlsRefused, LogLevel.Warning, "{Direction} connection with {Peer} was refused: {Reason}.")]
    private partial void LogRefused(string? peer, string direction, string reason);

    [LoggerMessage(EventIds.ClusterPeerRefused, LogLevel.Error, "A message of the connection with {Peer}, whose certificate is for {Roles}, was refused: {Reason}. The connection is {Connection}.")]
    private partial void LogNotAllowed(string? peer, SiloRoles roles, string reason, string connection);

    private sealed class SecuredPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
