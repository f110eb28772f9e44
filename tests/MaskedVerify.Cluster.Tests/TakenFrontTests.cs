using System.Collections;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Front;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Cluster.Tests;

/// <summary>
/// Somebody has the machine of a front: its program, its certificate, its database login. The silo that lies runs in this process, beside vaults and a front that are processes of their own.
/// Each lie is told twice: with a certificate that would do for a vault it succeeds, so the test can fail; with a front's it does not.
/// </summary>
public sealed class TakenFrontTests(RoleCluster cluster) : IClassFixture<RoleCluster>
{
    private static readonly GrainType PhoneAlias = GrainType.Create("phone-alias");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_InTheNameOfAVault_IsHeardOnlyFromAVaultsCertificate(bool vaultsCertificate)
    {
        var admin = new Administration(cluster.Vaults[0], cluster.Silos.Folder);
        var tenant = await admin.SandboxTenantAsync(vaultsCertificate ? "Acme" : "Bravo");
        var before = Output();
        var forger = new ForgingSilo();
        await using var silo = await StartAsync(forger, vaultsCertificate, _ => { });
        await using var end = new Leaving(silo);
        var grain = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<ITenantGrain>(tenant);

        // In its own name it is refused by the vault's rules.
        await Assert.ThrowsAsync<GrainFaultException>(() => grain.SetFrozen(true));
        Assert.False(await admin.IsFrozenAsync(tenant));

        var forgery = Task.Run(async () =>
        {
            foreach (var other in VaultsOf(silo))
            {
                forger.SpeaksAs = other;
                try
                {
                    // The answer goes to the silo in whose name it spoke.
                    await grain.SetFrozen(true).WaitAsync(TimeSpan.FromSeconds(3));
                }
                catch (Exception e) when (e is TimeoutException or OrleansException or GrainFaultException)
                {
                    // As it should.
                }
            }
        });

        if (vaultsCertificate)
            await Eventually.TrueAsync(async () => await admin.IsFrozenAsync(tenant), "the forged call was heard");
        await forgery;
        Assert.Equal(vaultsCertificate, await admin.IsFrozenAsync(tenant));
        const string Refused = "it spoke to tenant for a silo of another role";
        if (vaultsCertificate)
            Assert.False(HasSaid(before, Refused));
        else
            await Eventually.TrueAsync(() => HasSaid(before, Refused), "somebody says that it refused");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Credential_OfACaller_ReachesASiloThatClaimsToBeAVaultOnlyWithAVaultsCertificate(bool vaultsCertificate)
    {
        var before = Output();
        var liar = new ForgingSilo();
        await using var silo = await StartAsync(liar, vaultsCertificate, ForgingSilo.ClaimEverything);
        await using var end = new Leaving(silo);
        Assert.True(Domain.ApiKeyText.TryParse(cluster.Silos.SandboxKey, out var key));
        using var api = new Api(cluster.Front, cluster.Silos.SandboxKey);

        // Its claim is believed after a moment; then those that would go to it wait, until the vaults have put it out.
        const string PutOut = "It is put out of the cluster";
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(40) && !liar.Heard(key.RevealSecret()) && !HasSaid(before, PutOut))
        {
            try
            {
                await api.StartAsync(Numbers.Next()).WaitAsync(TimeSpan.FromMilliseconds(500));
            }
            catch (TimeoutException)
            {
                // It waits for the liar.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }

        Assert.Equal(vaultsCertificate, !HasSaid(before, PutOut));
        if (!vaultsCertificate)
            await Eventually.TrueAsync(async () => (await api.StartAsync(Numbers.Next())).Status == 201 && (await api.StartAsync(Numbers.Next())).Status == 201, "starts are served without it");
        Assert.Equal(vaultsCertificate, liar.Heard(key.RevealSecret()));
    }

    private async Task<WebApplication> StartAsync(ForgingSilo forger, bool vaultsCertificate, Action<IServiceCollection> change)
    {
        var silos = cluster.Silos;
        silos.ExpectsLies = true;
        var app = FrontServer.Build(
            [
                "--role", "front", "--data", Path.Combine(silos.Folder, Guid.NewGuid().ToString("N")), "--urls", "http://127.0.0.1:0", "--internal-port", "0", "--silo-port", "0",
                "--cluster-database", silos.FrontConnection, .. silos.Cluster(vaultsCertificate ? "everything" : "front"),
            ],
            new Hashtable(),
            builder =>
            {
                builder.Logging.ClearProviders();
                forger.Change(builder.Services, vaultsCertificate ? SiloRoles.All : SiloRoles.Front);
                change(builder.Services);
            });
        await app.StartAsync(TestContext.Current.CancellationToken);
        forger.Self = app.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        await Eventually.TrueAsync(() => VaultsOf(app).Count >= 2, "it knows the vaults");
        return app;
    }

    private static List<SiloAddress> VaultsOf(WebApplication app) =>
        [.. app.Services.GetRequiredService<IClusterManifestProvider>().Current.Silos.Where(s => s.Value.Grains.ContainsKey(PhoneAlias) && !s.Key.Equals(app.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress)).Select(s => s.Key)];

    /// <summary>What every honest silo has said so far.</summary>
    private string[] Output() => [.. cluster.Vaults.Append(cluster.Front).Select(s => s.Output)];

    private bool HasSaid(string[] before, string text) => Output().Zip(before, (now, then) => now[then.Length..]).Any(said => said.Contains(text, StringComparison.Ordinal));

    /// <summary>It says that it leaves, so that the next test's silos do not wait for it.</summary>
    private sealed class Leaving(WebApplication silo) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await silo.StopAsync();
    }
}
