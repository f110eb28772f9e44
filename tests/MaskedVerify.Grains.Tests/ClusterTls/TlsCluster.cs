using System.Net;
using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Grains.ClusterTls;
using MaskedVerify.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Tests.ClusterTls;

/// <summary>Two silos with real sockets and one authority; the files may be replaced by others of that authority.</summary>
public sealed class TlsCluster : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-tls-").FullName;
    private readonly HeldPort[] _held = [HeldPort.Take(), HeldPort.Take(), HeldPort.Take()];
    private IHost _first = null!;

    /// <summary>Whose certificates are members.</summary>
    public TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>Everything that the silos logged.</summary>
    public CapturedLogs Logs { get; } = new();

    /// <summary>Silo port and gateway of the first silo, silo port of the second one.</summary>
    public int[] Ports => [.. _held.Select(p => p.Number)];

    /// <summary>The silo without a gateway.</summary>
    public IHost Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var certificate = Authority.Issue();
        Write(certificate);
        _first = Silo(Ports[0], Ports[1]);
        await _first.StartAsync();
        Second = Silo(Ports[2], 0);
        await Second.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Second.StopAsync();
        await _first.StopAsync();
        Second.Dispose();
        _first.Dispose();
        Authority.Dispose();
        foreach (var port in _held)
            port.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Replaces the files of both silos.</summary>
    public void Write(X509Certificate2 certificate) => Authority.Write(_folder, certificate);

    /// <summary>A client of the first silo's gateway.</summary>
    public IHost Client(bool withTls)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(Ports[1], "tls", "tls");
            if (withTls)
                client.AddMaskedVerifyClusterTls(Files);
        });
        return builder.Build();
    }

    private IHost Silo(int siloPort, int gatewayPort)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Logs).SetMinimumLevel(LogLevel.Information);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(siloPort, gatewayPort, new IPEndPoint(IPAddress.Loopback, Ports[0]), "tls", "tls")
            .AddMaskedVerifyClusterTls(Files));
        return builder.Build();
    }

    private void Files(ClusterTlsOptions options)
    {
        options.Certificate = Path.Combine(_folder, "cert.pem");
        options.Key = Path.Combine(_folder, "key.pem");
        options.Authority = Path.Combine(_folder, "ca.pem");
        options.ReloadInterval = TimeSpan.FromSeconds(1);
    }
}
