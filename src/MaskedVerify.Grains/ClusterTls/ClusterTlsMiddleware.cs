using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Connections.Security;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>
/// Has the library put TLS between a socket and Orleans' messages, and judges the peer: one that is no member of the cluster never gets to say anything, and one that is no vault not everything.
/// </summary>
internal sealed partial class ClusterTlsMiddleware(
    ClusterCertificates certificates, IOptions<ClusterTlsOptions> options, AskedPeers asked, IServiceProvider services, TimeProvider time, GrainsMetrics metrics, ILogger<ClusterTlsMiddleware> logger)
{
    /// <summary>
    /// The side that listens, or the one that connects. Behind a gateway clients speak, and nobody knows what a client is, so there a certificate has to be for everything.
    /// </summary>
    internal async Task RunAsync(ConnectionContext connection, ConnectionDelegate next, bool isInbound, bool isGateway)
    {
        var isMember = false;
        string? refusal = null;
        var identity = certificates.Current;
        var tls = new TlsOptions
        {
            LocalCertificate = identity.Certificate,
            HandshakeTimeout = options.Value.HandshakeTimeout,
            RemoteCertificateValidation = (certificate, chain, _) => (refusal = Judge(certificate, chain, identity, isInbound ? PeerRules.ClientAuth : PeerRules.ServerAuth, isGateway)) is null,
            OnAuthenticateAsServer = (_, server) => Secure((SslServerAuthenticationOptions)server.SslServerAuthenticationOptions, identity),
            OnAuthenticateAsClient = (_, client) => Secure((SslClientAuthenticationOptions)client.SslClientAuthenticationOptions, identity),
        };

        // One for each connection, because the library's judge is not told which one it judges.
        var secured = new ConnectionBuilder(services);
        if (isInbound)
            secured.UseServerTls(tls);
        else
            secured.UseClientTls(tls);
        secured.Run(async member =>
        {
            isMember = true;
            await SpeakAsync(member, next);
        });
        await secured.Build()(connection);
        if (!isMember)
            LogRefused(connection.RemoteEndPoint?.ToString(), isInbound ? "Inbound" : "Outbound", refusal ?? "it presented no certificate, refused this silo's, or did not speak TLS as members do within the time");
    }

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
            var client = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, shown, chain, _) => shown is X509Certificate2 certificate && Judge(certificate, chain, identity, PeerRules.ServerAuth, isGateway: false) is null,
            };
            Secure(client, identity);
            await tls.AuthenticateAsClientAsync(client, end.Token);
            return RolesOf(tls.RemoteCertificate);
        }
        catch (Exception e) when (e is SocketException or AuthenticationException or IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            // It is away, or none of us; whoever has to talk to it finds out.
            return null;
        }
    }

    private async Task SpeakAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var roles = RolesOf(connection.Features.Get<ITlsConnectionFeature>()?.RemoteCertificate);
        if (roles.HasFlag(SiloRoles.Vault))
        {
            await next(connection);
            return;
        }

        var peer = new LimitedPeer(roles, asked, services.GetService<ClusterRoles>(), (inbound, reason) =>
        {
            metrics.PeerRefused(inbound ? "said" : "told");
            LogNotAllowed(connection.RemoteEndPoint?.ToString(), roles, reason, inbound ? "closed" : "kept, and it is not told");
        });
        var whole = connection.Transport;
        connection.Transport = new CheckedPipe(new CheckedReader(whole.Input, peer), new CheckedWriter(whole.Output, peer));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = whole;
        }
    }

    private static SiloRoles RolesOf(X509Certificate? certificate) => (certificate is X509Certificate2 shown ? CertificateRoles.Of(shown) : null) ?? SiloRoles.None;

    private string? Judge(X509Certificate2 certificate, X509Chain? chain, ClusterIdentity identity, string usage, bool isGateway)
    {
        var sent = new X509Certificate2Collection();
        if (chain is not null)
            sent.AddRange(chain.ChainPolicy.ExtraStore);

        return PeerRules.Refusal(certificate, sent, identity.Authority, usage, time.GetUtcNow()) ?? RoleRefusal(certificate, isGateway);
    }

    private static string? RoleRefusal(X509Certificate2 certificate, bool isGateway) => CertificateRoles.Of(certificate) switch
    {
        null => "its certificate names a role that does not exist",
        { } roles when isGateway && !roles.HasFlag(SiloRoles.Vault) => "its certificate is for silos that are no vaults, and this is the way of clients",
        _ => null,
    };

    private static void Secure(SslServerAuthenticationOptions tls, ClusterIdentity identity)
    {
        // Instead of the certificate alone, which would go without its intermediates.
        tls.ServerCertificateSelectionCallback = null;
        tls.ServerCertificateContext = identity.Context;
        tls.CipherSuitesPolicy = AeadSuites.Policy;

        // A resumed session would carry over what an earlier handshake judged.
        tls.AllowTlsResume = false;
    }

    private static void Secure(SslClientAuthenticationOptions tls, ClusterIdentity identity)
    {
        tls.ClientCertificateContext = identity.Context;
        tls.CipherSuitesPolicy = AeadSuites.Policy;
        tls.AllowRenegotiation = false;
        tls.AllowTlsResume = false;
    }

    [LoggerMessage(EventIds.ClusterTlsRefused, LogLevel.Warning, "{Direction} connection with {Peer} was refused: {Reason}.")]
    private partial void LogRefused(string? peer, string direction, string reason);

    [LoggerMessage(EventIds.ClusterPeerRefused, LogLevel.Error, "A message of the connection with {Peer}, whose certificate is for {Roles}, was refused: {Reason}. The connection is {Connection}.")]
    private partial void LogNotAllowed(string? peer, SiloRoles roles, string reason, string connection);

    private sealed class CheckedPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
