using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.Roles;

/// <summary>Messages that leave from an egress silo, and receipts that come back to a vault.</summary>
public sealed class RoleSendingTests(RoleCluster cluster) : IClassFixture<RoleCluster>
{
    private readonly SiloFixture _silos = cluster.Silos;

    [Fact]
    public async Task Start_WhenTheCarrierIsOnEgress_SendsThereAndTakesTheReceiptBack()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { Countries = ["DE"] }, live: true);
        cluster.Session.Carrier.Behaviour = (m, _) => ValueTask.FromResult(CarrierResult.Accepted(MessageIdOf(m), 1));
        var started = await StartAsync(scene);
        var id = started.Verification!.Id;
        var message = await cluster.Session.Carrier.WaitForAsync(id);
        Assert.Equal(scene.Number, message.To);

        await AttemptAsync(scene, id, AttemptStatus.Accepted);
        var receipt = new DeliveryReceipt(CarrierId.Parse("smsc"), "m-1", AttemptStatus.Delivered, null, _silos.Time.GetUtcNow());
        await _silos.Get<IReceiptSink>(RoleCluster.Egress).RecordAsync(receipt with { MessageId = MessageIdOf(message) }, CancellationToken.None);
        await AttemptAsync(scene, id, AttemptStatus.Delivered);

        var check = await cluster.FromFront.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(id)).Check(scene.Caller, AliasScene.Stamp(), id, TestCarrier.CodeIn(message));
        Assert.True(check.Valid);
    }

    [Fact]
    public async Task LateAnswer_OfAnEgressSilo_ReachesTheAttempt()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { Countries = ["DE"] }, live: true);
        cluster.Session.Carrier.AnswerWith(CarrierError.NoAnswer);
        try
        {
            var id = (await StartAsync(scene)).Verification!.Id;
            await AttemptAsync(scene, id, AttemptStatus.Unknown);
            var late = new LateAnswer(CarrierId.Parse("smsc"), id, 0, "late-" + id.Value, 1, _silos.Time.GetUtcNow());
            await _silos.Get<IReceiptSink>(RoleCluster.Egress).RecordLateAsync(late, CancellationToken.None);
            await AttemptAsync(scene, id, AttemptStatus.Accepted);
        }
        finally
        {
            cluster.Session.Carrier.Behaviour = null;
        }
    }

    [Fact]
    public async Task Receipt_WhenTheHotStoreIsAway_IsNotAcknowledged()
    {
        _silos.HotStore.IsUnavailable = true;
        try
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => _silos.Get<IReceiptSink>(RoleCluster.Egress).RecordAsync(
                new DeliveryReceipt(CarrierId.Parse("smsc"), "m-away", AttemptStatus.Delivered, null, _silos.Time.GetUtcNow()), CancellationToken.None));
        }
        finally
        {
            _silos.HotStore.IsUnavailable = false;
        }
    }

    [Fact]
    public async Task Start_WhenTheCarrierRefusesOnEgress_TheVaultLearnsWhy()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { Countries = ["DE"] }, live: true);
        cluster.Session.Carrier.AnswerWith(CarrierError.InvalidDestination);
        try
        {
            var id = (await StartAsync(scene)).Verification!.Id;
            await AttemptAsync(scene, id, AttemptStatus.Rejected);
        }
        finally
        {
            cluster.Session.Carrier.Behaviour = null;
        }
    }

    [Fact]
    public async Task Overview_OfAVaultWithoutTheCarrier_SaysWhatTheEgressSiloSays()
    {
        var overview = _silos.Get<ICarrierOverview>(RoleCluster.Vault);
        var found = overview.Look().Single(c => c.Carrier == cluster.Session.Id);
        Assert.Equal((true, "on 1 egress silo: running"), (found.IsReady, found.Text));

        await cluster.Session.StopAsync(CancellationToken.None);
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                    return overview.Look().Single(c => c.Carrier == cluster.Session.Id) is { IsReady: false, Text: "on 1 egress silo: not running" };
                },
                "the vault says why the carrier is not ready");
        }
        finally
        {
            await cluster.Session.StartAsync(CancellationToken.None);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                return overview.Look().Single(c => c.Carrier == cluster.Session.Id).IsReady;
            },
            "the carrier is ready again");
    }

    private async Task<VerificationReply> StartAsync(AliasScene scene)
    {
        var reply = await cluster.FromFront.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk).Start(scene.Caller, AliasScene.Stamp(), scene.Command());
        Assert.Equal(ReplyKind.Ok, reply.Kind);
        return reply;
    }

    private Task AttemptAsync(AliasScene scene, VerificationId id, AttemptStatus status) => Eventually.TrueAsync(
        async () =>
        {
            // Results are written with the next commit or a little later.
            await _silos.AdvanceAsync(TimeSpan.FromMilliseconds(250));
            var reply = await cluster.FromFront.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(id)).Get(scene.Caller, id);
            return reply.Verification!.Attempts[^1].Status == status;
        },
        $"the attempt is {status}");

    private static string MessageIdOf(CarrierMessage message) => "id-" + message.Verification.Value;
}
