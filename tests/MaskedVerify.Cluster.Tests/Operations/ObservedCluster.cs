using System.Globalization;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>
/// A front, a vault and an egress silo with an SMPP carrier, as processes with mutual TLS, on PostgreSQL; and a real Prometheus that has scraped
/// all three while they worked.
/// </summary>
public sealed class ObservedCluster : IAsyncLifetime
{
    private SmppCentre? _centre;
    private RoleSilos? _silos;
    private PrometheusProcess? _prometheus;
    private ServerProcess? _vault;

    internal PrometheusProcess Prometheus => _prometheus ?? throw new InvalidOperationException("Prometheus did not start.");

    internal Administration Operator => new(_vault ?? throw new InvalidOperationException("The vault did not start."), _silos!.Folder);

    public async ValueTask InitializeAsync()
    {
        _centre = SmppCentre.Start(new SmppCentreOptions { SystemId = "me", Password = "secret" });
        _silos = await RoleSilos.CreateAsync();
        _silos.ObserverKey = "mv_obs_" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        _vault = await _silos.StartVaultAsync("vault", "--allow-local-keys");
        var egress = await _silos.StartAsync(
            "--role", "egress", "--database", _silos.Database.ConnectionString, "--carrier", "smpp", "--smpp-host", "127.0.0.1",
            "--smpp-port", _centre.Port.ToString(CultureInfo.InvariantCulture), "--smpp-system-id", "me", "--smpp-password", "secret");
        var front = await _silos.StartFrontAsync();
        foreach (var silo in new[] { _vault, egress, front })
        {
            using var health = new Api(silo, "x", silo.Internal);
            await Eventually.TrueAsync(async () => await health.StatusOfAsync("/health/ready") == 200, "the silo is ready");
        }

        await WorkAsync(front, "Acme");
        _prometheus = await PrometheusProcess.StartAsync(Path.Combine(_silos.Folder, "prometheus"), _silos.ObserverKey, _vault.Internal, egress.Internal, front.Internal);
        await WorkAsync(front, "Bravo");
        await Eventually.TrueAsync(async () => (await Prometheus.QueryAsync("maskedverify:delivered:ratio30m")).Length > 0, "recorded series exist");
    }

    public async ValueTask DisposeAsync()
    {
        if (_prometheus is not null)
            await _prometheus.DisposeAsync();
        if (_silos is not null)
            await _silos.DisposeAsync();
        if (_centre is not null)
            await _centre.DisposeAsync();
    }

    private async Task WorkAsync(ServerProcess front, string tenant)
    {
        using var api = new Api(front, _silos!.SandboxKey);
        await ObservedWork.DoAsync(api);
        using var live = new Api(front, await Operator.TenantAsync(tenant, new { countries = new[] { "GB" } }));
        await Eventually.TrueAsync(async () => (await live.StartAsync(Numbers.Next())).Status == 201, "the live tenant starts");
    }
}
