using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Chaos.Models;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>The real product with codes of the shortest life, on a clock that goes with the world's, and on one that stands still: the second is found out.</summary>
public sealed class PlantedClockTests
{
    private const int Ttl = 60;

    private int _commands;

    [Fact]
    public async Task Judge_WhenTheSilosClockIsRight_FindsNothing()
    {
        await using var silos = await SiloFixture.StartAsync();
        var inTime = await RunAsync(silos, TimeSpan.FromSeconds(Ttl - 1), isClockRight: true);
        Assert.Empty(HistoryRules.Judge(inTime));
        Assert.Equal("approved", inTime.Final!.Status);

        var late = await RunAsync(silos, TimeSpan.FromSeconds(Ttl) + HistoryRules.Tolerance + TimeSpan.FromSeconds(1), isClockRight: true);
        Assert.Empty(HistoryRules.Judge(late));
        Assert.Equal("expired", late.Final!.Status);
    }

    [Fact]
    public async Task Judge_WhenTheSilosClockStandsStill_FindsAnAcceptanceAfterTheEnd()
    {
        await using var silos = await SiloFixture.StartAsync();
        var late = await RunAsync(silos, TimeSpan.FromSeconds(Ttl) + HistoryRules.Tolerance + TimeSpan.FromSeconds(1), isClockRight: false);
        Assert.Contains(HistoryRules.Judge(late), v => v.Rule == HistoryRule.NotExpired);
    }

    // Starts, waits in the world's time, presents the code.
    private async Task<VerificationHistory> RunAsync(SiloFixture silos, TimeSpan wait, bool isClockRight)
    {
        var tenant = await silos.CreateTenantAsync();
        var (world, number, messages) = (silos.Time.GetUtcNow(), Numbers.Next(), new MessageLog());
        var history = new HistoryRecorder("clock", number, "rotate", 0, Ttl);
        var command = new StartCommand(default, PhoneNumber.TryParse(number, out var parsed) ? parsed : default, null, null, null, null, null, Ttl, null);
        var started = TwinClusters.Read(await silos.Grains.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk).Start(tenant.Caller, Stamp(), command));
        history.Add(new OpCall(OpKind.Start, "start"), started, world, world);
        var id = VerificationId.TryParse(started.Id, out var read) ? read : throw new InvalidOperationException("The start was not acknowledged.");
        var code = TestCarrier.CodeIn(await silos.Carrier.WaitForAsync(id));
        messages.Add(number, new SeenMessage(code.Reveal(), world));

        world += wait;
        if (isClockRight)
            await silos.AdvanceAsync(wait);
        var check = TwinClusters.Read(await silos.AliasOf(id).Check(tenant.Caller, Stamp(), id, code));
        history.Add(new OpCall(OpKind.Check, "check") { Code = code.Reveal() }, check, world, world);
        var view = (await silos.AliasOf(id).Get(tenant.Caller, id)).Verification ?? throw new InvalidOperationException("It cannot be read.");
        return history.ToHistory(messages) with
        {
            Final = new FinalRead(TwinClusters.Word(view.Status), 0, view.ExpiresAt, world),
            Audit = TwinClusters.AuditOf(silos.HotStore, id),
        };
    }

    private CommandStamp Stamp() => new(new UInt128(9, (ulong)++_commands), default);
}
