using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.Doors;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.Roles;

/// <summary>A vault shows sandbox messages, which have codes in them, to whoever has the tenant's credential, whichever silo asks.</summary>
public sealed class SandboxDoorTests
{
    private const int Vault = 0;
    private const int Front = 1;

    [Fact]
    public async Task ListSandbox_WhenTheFrontMakesTheCredentialUp_ShowsNothing()
    {
        await using var silos = await SiloFixture.StartAsync(o =>
        {
            o.Silos = 2;
            o.UseSandboxCarrier = true;
            o.Roles.Add(SiloRoles.Vault);
            o.Roles.Add(SiloRoles.Front);
        });
        var scene = await AliasScene.SetAsync(silos);
        var attacker = await AliasScene.SetAsync(silos);
        VerificationReply? started = null;
        await Eventually.TrueAsync(
            async () =>
            {
                await silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                started = await silos.Get<IGrainFactory>(Front).GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk).Start(scene.Caller, AliasScene.Stamp(), scene.Command());
                return started.Kind == ReplyKind.Ok;
            },
            "a verification is started through the front");
        var alias = AliasScene.Ok(started!).Alias;
        var door = silos.Get<VaultDoors>(Front).At(silos.Cluster.Silos[Vault].SiloAddress);
        await Eventually.TrueAsync(async () => (await door.ListSandbox(scene.Caller, alias, 10)).Count > 0, "the tenant's own credential shows the message");

        var known = scene.Caller.KeyId;
        foreach (var forged in new[]
        {
            new Caller(scene.Tenant.Id, known, []), new Caller(scene.Tenant.Id, known, new byte[32]), new Caller(scene.Tenant.Id, known, attacker.Caller.Secret),
            new Caller(scene.Tenant.Id, attacker.Caller.KeyId, attacker.Caller.Secret), attacker.Caller,
        })
        {
            Assert.Empty(await door.ListSandbox(forged, alias, 10));
        }
    }
}
