using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Puts TLS between a socket and Orleans' messages. A peer that is no member of the cluster never gets to say anything.</summary>
internal sealed partial class ClusterTlsMiddleware(
    ClusterCertificates certificates, IOptions<ClusterTlsOptions> options, TimeProvider time, ILogger<ClusterTlsMiddleware> logger)
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

    /// <summary>The side that listens.</summary>
    internal Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next) => RunAsync(connection, next, PeerRules.ClientAuth, AuthenticateAsServerAsync);

    /// <summary>The side that connects.</summary>
    internal Task ConnectAsync(ConnectionContext connection, ConnectionDelegate next) => RunAsync(connection, next, PeerRules.ServerAuth, AuthenticateAsClientAsync);

    private async Task RunAsync(
        ConnectionContext connection, ConnectionDelegate next, string usage, Func<SslStream, ClusterIdentity, RemoteCertificateValidationCallback, CancellationToken, Task> authenticate)
    {
        var plain = connection.Transport;
        await using var raw = new PipeStream(plain);
        await using var tls = new SslStream(raw, leaveInnerStreamOpen: true);
        if (!await HandshakeAsync(connection, tls, usage, authenticate))
        {
            connection.Abort(new ConnectionAbortedException("The peer is no member of the cluster."));
            return;
        }

        var secured = new SecuredPipe(PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true)), PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true)));
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

    private async Task<bool> HandshakeAsync(
        ConnectionContext connection, SslStream tls, string usage, Func<SslStream, ClusterIdentity, RemoteCertificateValidationCallback, CancellationToken, Task> authenticate)
    {
        string? refusal = null;
        var identity = certificates.Current;
        using var timeout = new CancellationTokenSource(options.Value.HandshakeTimeout, time);
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, connection.ConnectionClosed);
        try
        {
            await authenticate(tls, identity, (_, certificate, chain, _) => (refusal = Judge(certificate, chain, identity, usage)) is null, closed.Token);
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            LogRefused(
                connection.RemoteEndPoint?.ToString(), usage == PeerRules.ClientAuth ? "Inbound" : "Outbound", refusal ?? (timeout.IsCancellationRequested ? "it did not finish the handshake in time" : Word(e)));
            return false;
        }
    }

    private string? Judge(X509Certificate? certificate, X509Chain? chain, ClusterIdentity identity, string usage)
    {
        var sent = new X509Certificate2Collection();
        if (chain is not null)
            sent.AddRange(chain.ChainPolicy.ExtraStore);

        return PeerRules.Refusal(certificate as X509Certificate2, sent, identity.Authority, usage, time.GetUtcNow());
    }

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

    [LoggerMessage(Plumbing.EventIds.ClusterTlsRefused, LogLevel.Warning, "{Direction} connection with {Peer} was refused: {Reason}.")]
    private partial void LogRefused(string? peer, string direction, string reason);

    private sealed class SecuredPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
