using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.CarrierLinks;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Doors;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Grains.Tests.Roles;

/// <summary>What the code of a front cannot do, whatever it knows: it has the tag key, every tenant's id, key ids and hashes, and whatever was presented to it.</summary>
public sealed class CompromisedFrontTests(RoleCluster cluster) : IClassFixture<RoleCluster>
{
    private readonly SiloFixture _silos = cluster.Silos;

    [Fact]
    public async Task Command_WhenTheSecretIsMadeUp_IsRefusedAndNothingIsActivatedOrWritten()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var attacker = await AliasScene.SetAsync(_silos);
        var (id, code) = await StartedAsync(scene);
        var known = _silos.Get<ITenantCatalog>(RoleCluster.Front).Find(scene.Tenant.Id)!.Keys.Single();
        await EndAllAsync(scene, id);
        var rows = _silos.HotStore.StateRows;
        var commits = _silos.HotStore.History.Count;

        foreach (var secret in new[] { [], new byte[32], known.SecretHash, attacker.Caller.Secret, new byte[1 << 16] })
        {
            var forged = new Caller(scene.Tenant.Id, known.KeyId, secret);
            foreach (var kind in await EverythingAsync(forged, scene, id, code))
                Assert.Equal(ReplyKind.Unauthenticated, kind);
        }

        // Its own key, for another's tenant.
        var crossed = new Caller(scene.Tenant.Id, attacker.Caller.KeyId, attacker.Caller.Secret);
        foreach (var kind in await EverythingAsync(crossed, scene, id, code))
            Assert.Equal(ReplyKind.Unauthenticated, kind);

        Assert.Equal((rows, commits), (_silos.HotStore.StateRows, _silos.HotStore.History.Count));
        await Eventually.TrueAsync(async () => await AliveAsync(id) == 0, "a refused call leaves no activation behind");
        Assert.Equal(ReplyKind.Ok, (await Alias(id).GetAlias(scene.Caller, AliasOf(scene, id))).Kind);
    }

    [Fact]
    public async Task Command_WhenTheKeyIsRevoked_IsRefusedWithinFiveSeconds()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await StartedAsync(scene);
        var reply = await _silos.Get<IGrainFactory>(RoleCluster.Vault).GetGrain<ITenantGrain>(GrainKeys.Tenant(scene.Tenant.Id)).RevokeKey(scene.Caller.KeyId);
        Assert.True(reply.Ok);

        // Polls are made every 2 s of the cluster's clock; the test's clock does not wait for their answers, so it looks a few times after the last one.
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(5));

        await Eventually.TrueAsync(
            async () => (await EverythingAsync(scene.Caller, scene, id, code)).All(k => k == ReplyKind.Unauthenticated), "every command with the revoked key is refused");
    }

    [Fact]
    public async Task InternalCall_WhenTheFrontMakesIt_IsRefusedAndChangesNothing()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, _) = await StartedAsync(scene);
        var key = ApiKeyText.Create(live: false);
        var tenant = cluster.FromFront.GetGrain<ITenantGrain>(GrainKeys.Tenant(scene.Tenant.Id));
        var table = cluster.FromFront.GetGrain<ICarrierRouterGrain>(GrainKeys.CarrierRouter("local"));

        foreach (var call in new Func<Task>[]
        {
            () => tenant.AddKey(key.KeyId, key.SecretHash(), "mine", null),
            () => tenant.SetFrozen(true),
            () => tenant.Get(),
            () => tenant.LeaseQuota(new QuotaRequest("S", 1, 0, 0)),
            () => table.Replace(1, []),
            () => table.Exchange(0, []),
            () => Alias(id).RecordAttempt(new AttemptReport(id, 0, CarrierId.Parse("sandbox"), (int)CarrierError.Refused, null, 0, default)),
            () => Alias(id).RecordReceipt(id, 0, CarrierId.Parse("sandbox"), "m-1", AttemptStatus.Delivered, null, _silos.Time.GetUtcNow()),
            () => Alias(id).Resume(id),
            () => cluster.FromFront.GetGrain<ICarrierLinkGrain>(GrainKeys.CarrierLink(CarrierId.Parse("smsc"), 0)).Acquire("me"),
            () => _silos.Get<EgressDoors>(RoleCluster.Front).At(_silos.Cluster.Silos[RoleCluster.Egress].SiloAddress).Submit(
                new EgressTicket(CarrierId.Parse("smsc"), scene.Number, "Buy now", Channel.Sms, null, default, id, 0, DateTimeOffset.MaxValue)),
            () => _silos.Get<VaultDoors>(RoleCluster.Front).At(_silos.Cluster.Silos[RoleCluster.Vault].SiloAddress).ForgetSandbox(default),
        })
        {
            await Assert.ThrowsAsync<GrainFaultException>(call);
        }

        var after = await _silos.Get<IGrainFactory>(RoleCluster.Vault).GetGrain<ITenantGrain>(GrainKeys.Tenant(scene.Tenant.Id)).Get();
        Assert.Equal((1, false), (after!.Keys.Count, after.IsFrozen));
        Assert.DoesNotContain(cluster.Session.Carrier.Messages, m => m.Text == "Buy now");
    }

    [Fact]
    public void CallRights_OfEveryMethod_AreThoseOfThisList()
    {
        var open = typeof(GrainsServices).Assembly.GetTypes()
            .Where(t => t.IsInterface && (typeof(IGrainWithStringKey).IsAssignableFrom(t) || typeof(Orleans.Services.IGrainService).IsAssignableFrom(t)))
            .SelectMany(t => t.GetMethods())
            .Where(m => CallRights.OpenTo(m) != SiloRoles.Vault)
            .Select(m => $"{m.DeclaringType!.Name}.{m.Name} {CallRights.OpenTo(m) & ~SiloRoles.Vault}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "IAliasDeskGrain.CreateAlias Front", "IAliasDeskGrain.Start Front", "ICarrierLinkGrain.Acquire Egress", "ICarrierLinkGrain.Release Egress", "IFrontDeskGrain.GetTerms Front",
                "IPhoneAliasGrain.Cancel Front", "IPhoneAliasGrain.Check Front", "IPhoneAliasGrain.Erase Front", "IPhoneAliasGrain.Get Front", "IPhoneAliasGrain.GetAlias Front",
                "IPhoneAliasGrain.Open Front", "IPhoneAliasGrain.Resend Front", "IPhoneAliasGrain.Start Front", "IPhoneAliasGrain.WaitForAttempt Front", "IReceiptDeskGrain.Record Egress",
                "IReceiptDeskGrain.RecordLate Egress", "ITenantDirectoryGrain.GetIfNewer Front", "IVaultDoor.ListSandbox Front",
            ],
            open);
    }

    private IPhoneAliasGrain Alias(VerificationId id) => cluster.FromFront.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(id));

    private async Task<(VerificationId Id, OneTimeCode Code)> StartedAsync(AliasScene scene)
    {
        var started = await cluster.FromFront.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk).Start(scene.Caller, AliasScene.Stamp(), scene.Command());
        Assert.Equal(ReplyKind.Ok, started.Kind);
        scene.Number = AliasScene.NextNumber();
        _aliases[started.Verification!.Id] = started.Verification.Alias;

        // A result that came after the end would keep the alias in memory until a clock that stands still moves.
        await Alias(started.Verification.Id).WaitForAttempt(scene.Caller, started.Verification.Id, TimeSpan.FromSeconds(2));
        return (started.Verification.Id, OneTimeCode.TryParse("123456", out var code) ? code : default);
    }

    private readonly Dictionary<VerificationId, AliasId> _aliases = [];

    private AliasId AliasOf(AliasScene scene, VerificationId id) => _aliases[id];

    private async Task EndAllAsync(AliasScene scene, VerificationId id)
    {
        await Alias(id).Cancel(scene.Caller, AliasScene.Stamp(), id);
        await Eventually.TrueAsync(
            async () => await AliveAsync(id) == 0,
            "the alias leaves memory once nothing is live");
    }

    private async Task<int> AliveAsync(VerificationId id)
    {
        var key = GrainKeys.PhoneAlias(id);
        var all = await _silos.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        return all.Count(s => s.GrainId.Type.ToString() == "phone-alias" && s.GrainId.Key.ToString() == key);
    }

    private async Task<IReadOnlyList<ReplyKind>> EverythingAsync(Caller caller, AliasScene scene, VerificationId id, OneTimeCode code)
    {
        var desk = cluster.FromFront.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk);
        return
        [
            (await desk.Start(caller, AliasScene.Stamp(), scene.Command())).Kind,
            (await desk.Start(caller, AliasScene.Stamp(), scene.Command(alias: AliasOf(scene, id)))).Kind,
            (await Alias(id).Start(caller, AliasScene.Stamp(), new AliasStart(AliasOf(scene, id), "default", null, default, null, null, null, null, null, null))).Kind,
            (await Alias(id).Open(caller, AliasScene.Stamp(), new AliasOpen(AliasOf(scene, id), "default", null, default))).Kind,
            (await desk.CreateAlias(caller, AliasScene.Stamp(), new CreateAliasCommand(scene.Number, null))).Kind,
            (await Alias(id).Get(caller, id)).Kind,
            (await Alias(id).Check(caller, AliasScene.Stamp(), id, code)).Kind,
            (await Alias(id).Resend(caller, AliasScene.Stamp(), id, null)).Kind,
            (await Alias(id).Cancel(caller, AliasScene.Stamp(), id)).Kind,
            (await Alias(id).WaitForAttempt(caller, id, TimeSpan.Zero)).Kind,
            (await Alias(id).GetAlias(caller, AliasOf(scene, id))).Kind,
            (await Alias(id).Erase(caller, AliasScene.Stamp(), AliasOf(scene, id))).Kind,
        ];
    }
}
