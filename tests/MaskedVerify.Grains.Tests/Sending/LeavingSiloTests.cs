using MaskedVerify.Domain;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.Sending;

/// <summary>A silo that leaves waits for a slow carrier, and is still a member of the cluster while it waits.</summary>
public sealed class LeavingSiloTests
{
    private const int Leaving = 0;
    private const int Staying = 1;

    [Fact]
    public async Task Commands_WhileASiloWaitsForItsCarrier_AreServedByTheOther()
    {
        await using var silos = await SiloFixture.StartAsync(o => o.Silos = 2);
        var scene = await AliasScene.SetAsync(silos);
        var desk = silos.Get<IGrainFactory>(Staying).GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk);

        // Orleans likes to place a grain where it is called from.
        var before = await StartAsync(scene, silos.Get<IGrainFactory>(Leaving).GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk), 20);
        before.AddRange(await StartAsync(scene, desk, 10));
        foreach (var id in before)
            await silos.Carrier.WaitForAsync(id);
        await silos.AdvanceAsync(TimeSpan.FromSeconds(AliasScene.Spaced.ResendSpacingSeconds));
        var hold = silos.Carrier.Hold();
        await StartAsync(scene, desk, 20);
        await Eventually.TrueAsync(() => silos.Carrier.Messages.Count == 50, "messages are under way");
        var pump = silos.Get<ISendPump>(Leaving);
        Assert.True(pump.TryEnter(SendTurn.Step));

        var leave = silos.LeaveAsync(Leaving);
        await Eventually.TrueAsync(() => !IsOpen(pump), "the pump of the leaving silo takes no command");
        Assert.False(leave.IsCompleted);
        var during = await StartAsync(scene, desk, 30);
        foreach (var id in before)
            AssertSends(await RepeatAsync(() => silos.Get<IGrainFactory>(Staying).GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(id)).Resend(scene.Caller, AliasScene.Stamp(), id, null)));

        Assert.False(leave.IsCompleted);
        pump.Leave();
        hold.Dispose();

        // A result that is told a second time waits by the clock.
        await Eventually.TrueAsync(
            async () =>
            {
                await silos.AdvanceAsync(TimeSpan.FromMilliseconds(100));
                return leave.IsCompleted;
            },
            "the silo has left");
        await leave;
        foreach (var id in during)
            await silos.Carrier.WaitForAsync(id);
        foreach (var id in before)
            await silos.Carrier.WaitForAsync(id, count: 2);
    }

    private static bool IsOpen(ISendPump pump)
    {
        if (!pump.TryEnter(SendTurn.Command))
            return false;

        pump.Leave();
        return true;
    }

    private static async Task<List<VerificationId>> StartAsync(AliasScene scene, IAliasDeskGrain desk, int count)
    {
        var ids = new List<VerificationId>();
        for (var i = 0; i < count; i++)
        {
            var command = scene.Command(AliasScene.NextNumber());
            var stamp = AliasScene.Stamp();
            var reply = await RepeatAsync(() => desk.Start(scene.Caller, stamp, command));
            AssertSends(reply);
            ids.Add(reply.Verification!.Id);
        }

        return ids;
    }

    private static void AssertSends(VerificationReply reply)
    {
        Assert.Equal(ReplyKind.Ok, reply.Kind);
        Assert.Equal((VerificationStatus.Pending, 0), (reply.Verification!.Status, reply.Verification.Attempts.Count(a => a.Status is AttemptStatus.Rejected)));
    }

    /// <summary>As the front does it: three more times, with pauses.</summary>
    private static async Task<VerificationReply> RepeatAsync(Func<Task<VerificationReply>> call)
    {
        var reply = await call();
        for (var i = 0; reply.Kind == ReplyKind.Unavailable && i < 3; i++)
        {
            await Task.Delay(50 * (1 + (4 * i)), TestContext.Current.CancellationToken);
            reply = await call();
        }

        return reply;
    }
}
