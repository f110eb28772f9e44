using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>Opens the connection to the centre: TCP, and TLS when configured.</summary>
internal static class SmppConnector
{
    /// <summary>Whether passwords, numbers and codes leave this machine unencrypted.</summary>
    public static bool IsExposed(SmppOptions options) => !options.Tls.Enabled && !options.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !(IPAddress.TryParse(options.Host, out var address) && IPAddress.IsLoopback(address));

    /// <exception cref="IOException">Nobody answers, or the connection broke.</exception>
    /// <exception cref="AuthenticationException">The certificate of the centre is not trusted, or it does not speak TLS 1.2 or 1.3.</exception>
    public static async Task<Stream> ConnectAsync(SmppOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
            return options.Tls.Enabled ? await SecureAsync(stream, options, cancellationToken) : stream;
        }
        catch (Exception exception)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            socket.Dispose();
            if (exception is SocketException socketException)
            {
                throw new IOException($"no connection, {socketException.SocketErrorCode}", socketException);
            }

            throw;
        }
    }

    private static async Task<Stream> SecureAsync(Stream stream, SmppOptions options, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.Tls.ServerName ?? options.Host,
#pragma warning disable CA5398 // Older versions are refused whatever the system allows.
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
                    CertificateChainPolicy = ChainPolicy(options.Tls),
                },
                cancellationToken);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private static X509ChainPolicy ChainPolicy(SmppTlsOptions tls)
    {
        var policy = new X509ChainPolicy { RevocationMode = tls.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck };
        if (tls.CaFile is { } file)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.ImportFromPemFile(file);
        }

        return policy;
    }
}
