using System.Collections;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Testing;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>The real server with TLS on its public port, an authority that its clients trust and nobody else does, and such clients.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    public const string Host = "verify.test";

    private readonly string _folder;
    private int _written;

    private TlsFront(string folder) => _folder = folder;

    public TestAuthority Authority { get; } = TestAuthority.Create("Test authority");

    public RunningFront Front { get; private set; } = null!;

    public string CertificateFile => Path.Combine(_folder, "cert.pem");

    public string AuthorityFile => Path.Combine(_folder, "ca.pem");

    public int Port => int.Parse(Front.Info.PublicAddress.Split(':')[^1], CultureInfo.InvariantCulture);

    public static async Task<TlsFront> StartAsync(IDictionary? environment = null)
    {
        var tls = new TlsFront(Directory.CreateTempSubdirectory("mv-tls-").FullName);
        tls.Replace();
        tls.Front = await RunningFront.StartAsync(
            ["--urls", "https://127.0.0.1:0", "--certificate", tls.CertificateFile, "--certificate-key", Path.Combine(tls._folder, "key.pem")], environment, untilReady: false);
        using var client = tls.Client(out _);
        await Eventually.TrueAsync(async () => (await tls.Front.SendAsync("GET", "/health/ready", key: "", client: client)).Status == 200, "the server is ready");
        return tls;
    }

    /// <summary>Writes a new certificate and key in the place of the ones before; returns the certificate's fingerprint.</summary>
    public string Replace()
    {
        using var certificate = Authority.IssueFor(Host);
        Authority.Write(_folder, certificate);

        // A file system may keep times too coarsely for a test; the content's length is the same.
        File.SetLastWriteTimeUtc(CertificateFile, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(++_written));
        return certificate.Thumbprint;
    }

    /// <summary>A client that trusts the authority; <paramref name="seen"/> collects the fingerprint of each handshake.</summary>
    public HttpClient Client(out List<string> seen, SslProtocols protocols = SslProtocols.None)
    {
        var fingerprints = seen = [];
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, stopping) => new NetworkStream(await ConnectAsync(stopping), ownsSocket: true),
            SslOptions = Options(protocols, shown => fingerprints.Add(shown.Thumbprint)),
        };
        return new HttpClient(handler) { BaseAddress = new Uri(Front.Info.PublicAddress), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
    }

    /// <summary>A bare connection after its handshake.</summary>
    public async Task<SslStream> HandshakeAsync(SslProtocols protocols = SslProtocols.None, TlsCipherSuite? only = null, params SslApplicationProtocol[] offered)
    {
        var options = Options(protocols, _ => { });
        options.TargetHost = Host;
        options.ApplicationProtocols = [.. offered];
        if (only is { } suite && !OperatingSystem.IsWindows())
            options.CipherSuitesPolicy = new CipherSuitesPolicy([suite]);
        var stream = new SslStream(new NetworkStream(await ConnectAsync(TestContext.Current.CancellationToken), ownsSocket: true));
        try
        {
            await stream.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Front.DisposeAsync();
        Authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Socket> ConnectAsync(CancellationToken stopping)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port, stopping);
        return socket;
    }

    private SslClientAuthenticationOptions Options(SslProtocols protocols, Action<X509Certificate2> shown)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(Authority.Certificate);
        return new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = protocols,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                shown((X509Certificate2)certificate!);
                return errors == SslPolicyErrors.None;
            },
        };
    }
}
