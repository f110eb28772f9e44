using MaskedVerify.Domain;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

public sealed class PhoneAliasGrainUnpauseTests(AliasSilo silo) : IClassFixture<AliasSilo>
{
    private readonly SiloFixture _silos = silo.Silos;

    [Fact]
    public async Task Unpause_WhenAChannelWaits_IsDurableAndLetsTheNextCodeIn()
    {
        var (scene, alias, id, code) = await WaitingAsync();
        var waiting = await scene.Alias(alias).GetChecks(scene.Tenant.Id, alias);
        Assert.Equal((5, 30), (waiting.Checks!.FailuresToday, waiting.Checks.Channels.Single().CheckAfterSeconds));
        Assert.Equal(ReplyKind.RateLimited, (await scene.CheckAsync(id, code)).Kind);

        var open = await scene.Alias(alias).Unpause(scene.Tenant.Id, alias, Channel.Sms);

        Assert.Equal((ReplyKind.Ok, 5), (open.Kind, open.Checks!.FailuresToday));
        Assert.Empty(open.Checks.Channels);
        Assert.Contains(scene.Commits(id).SelectMany(c => c.SideRows).OfType<AuditRow>(), r => System.Text.Encoding.UTF8.GetString(r.Payload).Contains("alias.unpaused", StringComparison.Ordinal));
        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    [Fact]
    public async Task Unpause_Again_WritesNothing()
    {
        var (scene, alias, id, _) = await WaitingAsync();
        await scene.Alias(alias).Unpause(scene.Tenant.Id, alias, null);
        var commits = scene.Commits(id).Count;

        Assert.Equal(ReplyKind.Ok, (await scene.Alias(alias).Unpause(scene.Tenant.Id, alias, null)).Kind);

        Assert.Equal(commits, scene.Commits(id).Count);
    }

    [Fact]
    public async Task Unpause_WhenStorageIsAway_IsUnavailableAndChangesNothing()
    {
        var (scene, alias, id, code) = await WaitingAsync();
        _silos.HotStore.FaultNextCommit(CommitFault.Unavailable);

        Assert.Equal(ReplyKind.Unavailable, (await scene.Alias(alias).Unpause(scene.Tenant.Id, alias, null)).Kind);

        Assert.Equal(ReplyKind.RateLimited, (await scene.CheckAsync(id, code)).Kind);
    }

    [Fact]
    public async Task Unpause_OfAnotherTenantsAlias_OrOfNone_IsNotFound()
    {
        var (scene, alias, _, _) = await WaitingAsync();
        var other = await AliasScene.SetAsync(_silos);
        var unused = AliasId.Create('1', 4711, 1);

        Assert.Equal(ReplyKind.NotFound, (await other.Alias(alias).Unpause(other.Tenant.Id, alias, null)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.Alias(unused).GetChecks(scene.Tenant.Id, unused)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.Alias(alias).GetChecks(TenantId.Parse("tn-nobody"), alias)).Kind);
        Assert.Single((await scene.Alias(alias).GetChecks(scene.Tenant.Id, alias)).Checks!.Channels);
    }

    // Five wrong codes: the channel waits 30 s.
    private async Task<(AliasScene Scene, AliasId Alias, VerificationId Id, OneTimeCode Code)> WaitingAsync()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous);
        var (first, _) = await scene.StartedAsync();
        var (id, code) = await scene.StartedAsync();
        for (var i = 0; i < 4; i++)
        {
            Assert.False((await scene.CheckAsync(id, AliasScene.Wrong(code))).Valid);
        }

        Assert.False((await scene.CheckAsync(first, AliasScene.Wrong(code))).Valid);
        return (scene, AliasScene.Ok(await scene.GetAsync(id)).Alias, id, code);
    }
}
