using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.CarrierRouters;

/// <summary>The router and the silos' copies of its picks together.</summary>
public sealed class CarrierRouterGrainTests : IAsyncLifetime
{
    private static readonly RouteQuestion Live = new(IsLive: true, "DE", Channel.Sms);
    private static readonly RouteQuestion Sandbox = Live with { IsLive = false };

    private static readonly RouteRule s_smpp = new(RouteId.Parse("smpp-sms"), CarrierId.Parse("smpp"), ["*"], Channel.Sms, 500, IsSandbox: false, IsEnabled: true, Sender: null);
    private static readonly RouteRule s_spare = s_smpp with { Route = RouteId.Parse("spare-sms"), Carrier = CarrierId.Parse("spare") };

    private readonly TestCarrier _sandbox = new("sandbox");
    private readonly TestCarrier _smpp = new("smpp", Channel.Sms);
    private readonly TestCarrier _spare = new("spare", Channel.Sms);
    private int _routerCalls;
    private SiloFixture _silos = null!;

    public async ValueTask InitializeAsync() => _silos = await SiloFixture.StartAsync(o =>
    {
        o.Silos = 2;
        o.Carriers.Add(_sandbox);
        o.Carriers.Add(_smpp);
        o.Carriers.Add(_spare);
        o.Silo = silo => silo.AddIncomingGrainCallFilter(call =>
        {
            if (call.Grain is ICarrierRouterGrain)
                Interlocked.Increment(ref _routerCalls);

            return call.Invoke();
        });
    });

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    private ICarrierRouterGrain Router => _silos.Grains.GetGrain<ICarrierRouterGrain>(GrainKeys.CarrierRouter("local"));

    [Fact]
    public async Task Plan_WhenNothingWasConfigured_HasTheRoutesOfTheSandboxOnly()
    {
        Assert.Empty(await PlanAsync(Live));
        Assert.Equal(["smpp", "spare"], _silos.Get<RouteCatalog>().WithoutRoute.Select(c => c.Value));
        Assert.Contains(_silos.Logs.Lines, l => l.Text.Contains("maskedverify route add", StringComparison.Ordinal));
        Assert.All((await Router.GetTable()).Routes, r => Assert.True(r.IsSandbox));
        Assert.Equal(["sandbox-sms"], await PlanAsync(Sandbox));
        Assert.Equal(["sandbox-voice"], await PlanAsync(Sandbox with { Channel = Channel.Voice }));
        Assert.Empty(await PlanAsync(Live with { Channel = Channel.Voice }));
    }

    [Fact]
    public async Task Plan_WhenARouteChanges_FollowsOnEverySilo()
    {
        await ReplaceAsync(s_smpp, s_smpp with { Route = RouteId.Parse("de-direct"), Countries = ["DE"], Sender = "ACME" });

        await FollowsAsync(Live, 0, "de-direct", "smpp-sms");
        await FollowsAsync(Live, 1, "de-direct", "smpp-sms");
        await FollowsAsync(Live with { Country = "FR" }, 1, "smpp-sms");
        await ReplaceAsync();
        await FollowsAsync(Live, 0);
        await FollowsAsync(Live, 1);
    }

    [Fact]
    public async Task Plan_WhenThereWasNoRoute_AsksTheRouterAtOnce()
    {
        Assert.Empty(await PlanAsync(Live));
        await ReplaceAsync(s_smpp);

        Assert.Equal(["smpp-sms"], await PlanAsync(Live));
    }

    [Fact]
    public async Task Plan_WhenAnOlderTableWasRestored_FollowsItWithoutARestart()
    {
        var old = await Router.GetTable();
        var backup = _silos.Control.Backup();
        for (var i = 0; i < 3; i++)
            await ReplaceAsync();

        await FollowsAsync(Sandbox, 0);
        _silos.Control.Restore(backup);

        await FollowsAsync(Sandbox, 0, "sandbox-sms");
        Assert.Equal(old.Version, (await Router.GetTable()).Version);
        await ReplaceAsync();
        await FollowsAsync(Sandbox, 0);
    }

    [Fact]
    public async Task Plan_WhenACarrierStopsBeingReady_PutsItLastWithTheNextPoll()
    {
        await ReplaceAsync(s_smpp, s_spare with { Priority = 900 });
        await _silos.RefreshRoutesAsync();
        Assert.Equal(["smpp-sms", "spare-sms"], await PlanAsync(Live));

        _smpp.IsReady = false;
        await _silos.RefreshRoutesAsync();

        Assert.Equal(["spare-sms", "smpp-sms"], await PlanAsync(Live));
    }

    [Fact]
    public async Task Plan_WhenTheRouterIsAway_GoesOnUntilTheCopyIsTooOld()
    {
        Assert.Equal(["sandbox-sms"], await PlanAsync(Sandbox));
        _silos.Control.IsUnavailable = true;

        _silos.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(["sandbox-sms"], await PlanAsync(Sandbox));

        _silos.Time.Advance(PolledCopy.MaxAge);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => PlanAsync(Sandbox));

        _silos.Control.IsUnavailable = false;
        await FollowsAsync(Sandbox, 0, "sandbox-sms");
    }

    [Fact]
    public async Task Plan_WhenTwoSilosDraw_IsTheSameForOneVerificationAndSharedByMany()
    {
        await ReplaceAsync(s_smpp, s_spare);
        await _silos.RefreshRoutesAsync();

        var first = new HashSet<string>();
        for (var seed = 0ul; seed < 100; seed++)
        {
            var plan = await PlanAsync(Live, silo: 0, seed: seed);
            Assert.Equal(plan, await PlanAsync(Live, silo: 1, seed: seed));
            first.Add(plan[0]);
        }

        Assert.Equal(["smpp-sms", "spare-sms"], first.Order());
    }

    [Fact]
    public async Task Exchange_WhenSilosHaveCounted_GathersAndSharesByIt()
    {
        await ReplaceAsync(s_smpp, s_spare);
        for (var i = 0; i < 100; i++)
        {
            _silos.Get<RouteCatalog>(i % 2).Count(s_smpp.Route, "DE", i % 10 == 0 ? 0 : 7);
            _silos.Get<RouteCatalog>(i % 2).Count(s_spare.Route, "DE", 0);
            _silos.Get<RouteCatalog>(i % 2).Count(s_spare.Route, "DE", RouteOutcomeCount.Approved);
        }

        await _silos.RefreshRoutesAsync();
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(2));

        var picks = (await Router.Exchange(0, []))!;
        var germany = picks.Picks.Single(p => p.Question == Live).Routes;
        Assert.Equal([("spare-sms", 0), ("smpp-sms", 0)], germany.Select(r => (r.Route.Route.Value, r.Rank)));
        Assert.True(germany[0].Share > 3 * germany[1].Share);
        Assert.All(picks.Picks.Single(p => p.Question == Live with { Country = "*" }).Routes, r => Assert.Equal(50, r.Share));
        Assert.Null(await Router.Exchange(picks.Stamp, []));
        Assert.Equal(
            [("smpp-sms", 0, 10L), ("smpp-sms", 7, 90L), ("spare-sms", -1, 100L), ("spare-sms", 0, 100L)],
            (await Router.GetTable()).Outcomes.Select(o => (o.Route.Value, o.Outcome, o.Count)).Order());
    }

    [Fact]
    public async Task Start_WhenTheCopyIsFresh_CallsTheRouterForNothing()
    {
        var scene = await AliasScene.SetAsync(_silos);
        await _silos.RefreshRoutesAsync();
        var before = Volatile.Read(ref _routerCalls);

        for (var i = 0; i < 10; i++)
        {
            var id = AliasScene.Ok(await scene.StartAsync(command: scene.Command(purpose: $"p{i % 5}"))).Id;
            var code = TestCarrier.CodeIn(await _sandbox.WaitForAsync(id));
            Assert.True((await scene.CheckAsync(id, code)).Valid);
        }

        Assert.Equal(before, Volatile.Read(ref _routerCalls));
        await _silos.RefreshRoutesAsync();
        Assert.Equal(
            [(RouteOutcomeCount.Approved, 10L), (0, 10L)], (await Router.GetTable()).Outcomes.Select(o => (o.Outcome, o.Count)).Order());
    }

    private async Task ReplaceAsync(params RouteRule[] routes)
    {
        var reply = await Router.Replace((await Router.GetTable()).Version, routes);
        Assert.True(reply.Ok);
    }

    private async Task<string[]> PlanAsync(RouteQuestion question, int silo = 0, ulong seed = 0) =>
        [.. (await _silos.Get<RouteCatalog>(silo).PlanAsync(question, seed, [])).Routes.Select(r => r.Route.Value)];

    private async Task FollowsAsync(RouteQuestion question, int silo, params string[] routes)
    {
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromMilliseconds(500));
                try
                {
                    return (await PlanAsync(question, silo)).SequenceEqual(routes);
                }
                catch (StorageUnavailableException)
                {
                    return false;
                }
            },
            "the silo goes by the change");
    }
}
