using MaskedVerify.Domain;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Privacy;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Metadata;
using Orleans.Runtime.Placement;

namespace MaskedVerify.Grains.Tests.Roles;

/// <summary>What runs where when silos have roles.</summary>
public sealed class RolePlacementTests(RoleCluster cluster) : IClassFixture<RoleCluster>
{
    private readonly SiloFixture _silos = cluster.Silos;

    [Fact]
    public async Task Start_WhenTheFrontAsksForManyPeople_NoneOfThemLivesOnTheFrontOrOnEgress()
    {
        var scene = await AliasScene.SetAsync(_silos);

        var replies = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => StartAsync(scene)));

        Assert.All(replies, r => Assert.Equal(ReplyKind.Ok, r.Kind));
        var homes = await HomesAsync();
        Assert.True(homes.Count(h => h.Type == "phone-alias") >= 60);
        Assert.All(
            homes.Where(h => h.Type != "carrier-link"),
            h => Assert.Contains(h.Silo, new[] { _silos.Cluster.Silos[RoleCluster.Vault].SiloAddress, _silos.Cluster.Silos[RoleCluster.OtherVault].SiloAddress }));
        Assert.DoesNotContain(homes, h => h.Silo.Equals(_silos.Cluster.Silos[RoleCluster.Front].SiloAddress));
        Assert.All(homes.Where(h => h.Silo.Equals(_silos.Cluster.Silos[RoleCluster.Egress].SiloAddress)), h => Assert.Equal("carrier-link", h.Type));
        Assert.Contains(homes, h => h.Type == "carrier-link");
    }

    [Fact]
    public async Task Placement_WhenTheFrontIsAskedForByName_GoesToAVault()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var front = _silos.Cluster.Silos[RoleCluster.Front].SiloAddress;
        RequestContext.Set(IPlacementDirector.PlacementHintKey, front);
        try
        {
            for (var i = 0; i < 10; i++)
            {
                var reply = await StartAsync(scene);
                Assert.Equal(ReplyKind.Ok, reply.Kind);
            }
        }
        finally
        {
            RequestContext.Clear();
        }

        Assert.DoesNotContain(await HomesAsync(), h => h.Silo.Equals(front));
    }

    [Fact]
    public void Manifest_OfEachSilo_ListsWhatItsRoleHosts()
    {
        var manifests = _silos.Get<IClusterManifestProvider>().Current.Silos;

        Assert.Equal(["carrier-link"], Ours(RoleCluster.Egress));
        Assert.Empty(Ours(RoleCluster.Front));
        Assert.Contains("phone-alias", Ours(RoleCluster.Vault));
        Assert.Contains("tenant", Ours(RoleCluster.Vault));
        Assert.DoesNotContain("carrier-link", Ours(RoleCluster.Vault));

        string[] Ours(int silo) =>
            [.. manifests[_silos.Cluster.Silos[silo].SiloAddress].Grains.Where(g => IsOurs(g.Value)).Select(g => g.Key.ToString()!).Where(g => !g.EndsWith("-door", StringComparison.Ordinal))];

        static bool IsOurs(GrainProperties properties) =>
            properties.Properties.TryGetValue(WellKnownGrainTypeProperties.FullTypeName, out var name) && name.StartsWith("MaskedVerify.Grains.", StringComparison.Ordinal) && !name.Contains("Tests", StringComparison.Ordinal);
    }

    [Fact]
    public void Front_HasNoStoreNoKeyServiceAndNoMover()
    {
        Assert.False(cluster.Has<IHotStore>(RoleCluster.Front));
        Assert.False(cluster.Has<IKeysStore>(RoleCluster.Front));
        Assert.False(cluster.Has<IKeyManagementService>(RoleCluster.Front));
        Assert.False(cluster.Has<IKeyRingWarmup>(RoleCluster.Front));
        Assert.False(cluster.Has<IAliasDirectory>(RoleCluster.Front));
        Assert.False(cluster.Has<ISendPump>(RoleCluster.Front));
        Assert.False(cluster.Has<IKeyManagementService>(RoleCluster.Egress));
        Assert.False(cluster.Has<IHotStore>(RoleCluster.Egress));
        var movers = _silos.Services(RoleCluster.Front).GetServices<IHostedService>().Select(s => s.GetType().Name).Where(n => n != "SiloHostedService");
        Assert.Equal(["FrontTermsCopy", "TenantCatalog"], movers);
        Assert.Equal(["CarrierLinkHost"], _silos.Services(RoleCluster.Egress).GetServices<IHostedService>().Select(s => s.GetType().Name).Where(n => n != "SiloHostedService"));
    }

    [Fact]
    public async Task FrontTagKey_OnceReceived_TellsOwnIdsFromForeignOnes()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var other = await AliasScene.SetAsync(_silos);
        var id = (await StartAsync(scene)).Verification!.Id;

        var tagger = _silos.Get<IIdTagger>(RoleCluster.Front);

        Assert.True(tagger.Owns(scene.Tenant.Id, id));
        Assert.False(tagger.Owns(other.Tenant.Id, id));
    }

    [Fact]
    public async Task Readiness_OfEachRole_ListsWhatItNeeds()
    {
        await _silos.PollDueAsync();
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(["silo", "phone-ranges", "vaults", "tag-key", "tenants"], Ready(RoleCluster.Front));
        Assert.Equal(["silo", "phone-ranges", "vaults", "carrier:smsc", "carriers"], Ready(RoleCluster.Egress));
        Assert.Equal(["silo", "keys", "phone-ranges", "tenants", "hot-store", "audit", "carrier:sandbox", "carrier:smsc", "routes", "carriers"], Ready(RoleCluster.Vault));

        IEnumerable<string> Ready(int silo)
        {
            var report = _silos.Get<ISiloReadiness>(silo).Check();
            Assert.True(report.IsReady, string.Join(' ', report.Items.Select(i => i.Text)));
            return report.Items.Select(i => i.Name);
        }
    }

    private async Task<VerificationReply> StartAsync(AliasScene scene) =>
        await cluster.FromFront.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk).Start(scene.Caller, AliasScene.Stamp(), scene.Command(AliasScene.NextNumber()));

    private async Task<IReadOnlyList<(SiloAddress Silo, string Type)>> HomesAsync()
    {
        var ours = new HashSet<string>(StringComparer.Ordinal) { "phone-alias", "alias-desk", "tenant", "tenant-directory", "route-table", "carrier-router", "carrier-link", "front-desk", "receipt-desk" };
        var statistics = await _silos.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        return [.. statistics.Select(s => (s.SiloAddress, Type: s.GrainId.Type.ToString()!)).Where(s => ours.Contains(s.Type))];
    }
}
