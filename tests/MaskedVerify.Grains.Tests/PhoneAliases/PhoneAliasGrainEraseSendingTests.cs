using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Privacy;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>Erasures while messages wait, and while another silo remembers the key.</summary>
public sealed class PhoneAliasGrainEraseSendingTests
{
    [Fact]
    public async Task Erase_WhenAMessageWaitsInTheQueue_ItIsNotSent()
    {
        await using var silos = await SiloFixture.StartAsync(options => options.Grains = grains => grains.SendWorkers = 1);
        var (other, scene) = (await AliasScene.SetAsync(silos), await AliasScene.SetAsync(silos));
        using var hold = silos.Carrier.Hold();
        await silos.Carrier.WaitForAsync(AliasScene.Ok(await other.StartAsync()).Id);
        var waiting = AliasScene.Ok(await scene.StartAsync());

        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(waiting.Alias)).Kind);
        hold.Dispose();

        // The lane is in order: when the next message is out, the one before it had its turn.
        await silos.Carrier.WaitForAsync(AliasScene.Ok(await other.StartAsync(command: other.Command(number: AliasScene.NextNumber()))).Id);
        Assert.Empty(silos.Carrier.Of(waiting.Id));
        await scene.AssertErasedAsync(waiting.Alias);
    }

    [Fact]
    public async Task Start_WhenItsSiloStillRemembersTheKeyOfAnErasedAlias_DoesNotBringTheAliasBack()
    {
        await using var silos = await SiloFixture.StartAsync(options => options.Silos = 2);
        var scene = await AliasScene.SetAsync(silos);
        var alias = await scene.AliasWithoutRowAsync();
        var desks = new[] { silos.Get<IAliasDirectory>(0), silos.Get<IAliasDirectory>(1) };
        foreach (var desk in desks)
        {
            await desk.SealAsync(scene.Tenant.Id, alias, scene.Number);
        }

        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(alias)).Kind);

        var remembered = 0;
        foreach (var desk in desks)
        {
            if (await TrySealAsync(desk, scene, alias) is not { } bytes)
            {
                continue;
            }

            remembered++;
            var late = await scene.Alias(alias).Start(
                scene.Caller, AliasScene.Stamp(), new AliasStart(alias, "default", bytes, scene.Number.Describe(), null, null, null, null, null, null));
            Assert.Equal(ReplyKind.NumberRequired, late.Kind);
        }

        // The silo that erased has forgotten, the other one has not.
        Assert.Equal(1, remembered);
        await scene.AssertErasedAsync(alias);
        Assert.NotEqual(alias, AliasScene.Ok(await scene.StartAsync()).Alias);
    }

    private static async Task<byte[]?> TrySealAsync(IAliasDirectory desk, AliasScene scene, AliasId alias)
    {
        try
        {
            return (await desk.SealAsync(scene.Tenant.Id, alias, scene.Number)).Bytes;
        }
        catch (SealBrokenException)
        {
            return null;
        }
    }
}
