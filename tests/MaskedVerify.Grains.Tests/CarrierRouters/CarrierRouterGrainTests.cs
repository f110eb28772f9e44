using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.RouteTables;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.CarrierRouters;

/// <summary>Table, the silos' copies and the router together.</summary>
public sealed class CarrierRouterGrainTests : IAsyncLifetime
{
    private static readonly PlanQuery Live = new("DE", Channel.Sms, IsLive: true);
    private static readonly PlanQuery Sandbox = Live with { IsLive = false };

    private static readonly RouteRule s_smpp = new(RouteId.Parse("smpp-sms"), CarrierId.Parse("smpp"), ["*"], Channel.Sms, 500, IsSandbox: false, IsEnabled: true, Sender: null);

    private readonly TestCarrier _smpp = new("smpp", Channel.Sms);
    private SiloFixture _silos = null!;

    public async ValueTask InitializeAsync() => _silos = await SiloFixture.StartAsync(o =>
    {
        o.Carriers.Add(new TestCarrier("sandbox"));
        o.Carriers.Add(_smpp);
        o.Carriers.Add(new TestCarrier("spare", Channel.Sms));
    });

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    private IRouteTableGrain Table => _silos.Grains.GetGrain<IRouteTableGrain>(GrainKeys.RouteTable("local"));

    private ICarrierRouterGrain Router => _silos.Grains.GetGrain<ICarrierRouterGrain>(GrainKeys.CarrierRouter);

    [Fact]
    public async Task Plan_WhenNothingWasConfigured_HasTheRoutesOfTheSandboxOnly()
    {
        var smpp = _silos.Get<RouteCatalog>().WithoutRoute();

        Assert.Empty((await Router.Plan(Live)).Routes);
        Assert.Equal(["smpp", "spare"], smpp.Select(c => c.Value));
        Assert.Contains(_silos.Logs.Lines, l => l.Text.Contains("maskedverify route add", StringComparison.Ordinal));
        Assert.DoesNotContain((await Table.GetIfOther(-1))!.Routes, r => !r.IsSandbox);
        Assert.Equal("sandbox-sms", Assert.Single((await Router.Plan(Sandbox)).Routes).Route.Value);
        Assert.Equal("sandbox-voice", Assert.Single((await Router.Plan(Sandbox with { Channel = Channel.Voice })).Routes).Route.Value);
        Assert.Empty((await Router.Plan(Live with { Channel = Channel.Voice })).Routes);
    }

    [Fact]
    public async Task Plan_WhenTheTableChanges_FollowsWithinSeconds()
    {
        var table = (await Table.GetIfOther(0))!;

        var reply = await Table.Replace(table.Version, [.. table.Routes, s_smpp, s_smpp with { Route = RouteId.Parse("de-direct"), Countries = ["DE"], Sender = "ACME" }]);
        Assert.True(reply.Ok);

        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                return (await Router.Plan(Live)).Routes is [{ Sender: "ACME" }, { Route.Value: "smpp-sms" }];
            },
            "the router uses the new table");
        Assert.Null(await Table.GetIfOther(reply.Table.Version));
    }

    [Fact]
    public async Task Plan_WhenAnOlderTableWasRestored_FollowsItWithoutARestart()
    {
        var old = (await Table.GetIfOther(-1))!;
        var backup = _silos.Control.Backup();
        for (var version = old.Version; version < old.Version + 3; version++)
            Assert.True((await Table.Replace(version, [])).Ok);

        await FollowsAsync(routes => routes.Count == 0);
        _silos.Control.Restore(backup);

        await FollowsAsync(routes => routes is [{ Route.Value: "sandbox-sms" }]);
        Assert.Equal(old.Version, (await Table.GetIfOther(-1))!.Version);
        Assert.True((await Table.Replace(old.Version, [])).Ok);
        await FollowsAsync(routes => routes.Count == 0);
    }

    private Task FollowsAsync(Predicate<IReadOnlyList<PlannedRoute>> holds) => Eventually.TrueAsync(
        async () =>
        {
            await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
            return holds((await Router.Plan(Sandbox)).Routes);
        },
        "the router uses the table");

    [Fact]
    public async Task Plan_WhenCarrierStopsBeingReady_PutsItLastAtOnce()
    {
        var table = (await Table.GetIfOther(0))!;
        Assert.True((await Table.Replace(table.Version, [s_smpp, s_smpp with { Route = RouteId.Parse("spare"), Carrier = CarrierId.Parse("spare"), Priority = 900 }])).Ok);
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                return (await Router.Plan(Live)).Routes is [{ Route.Value: "smpp-sms" }, { Route.Value: "spare" }];
            },
            "the router uses both");

        _smpp.IsReady = false;

        Assert.Equal(["spare", "smpp-sms"], (await Router.Plan(Live)).Routes.Select(r => r.Route.Value));
    }

    [Fact]
    public async Task Report_WhenOutcomesCame_ReachTheTableInBatches()
    {
        for (var i = 0; i < 10; i++)
            await Router.Report(RouteId.Parse("smpp-sms"), "DE", i % 2);

        await _silos.Get<RouteCatalog>().ReportAsync();
        await Router.Report(RouteId.Parse("smpp-sms"), "DE", 0);
        await _silos.Get<RouteCatalog>().ReportAsync();

        var outcomes = await Table.GetOutcomes();
        Assert.Equal([(0, 6L), (1, 5L)], outcomes.OrderBy(o => o.Error).Select(o => (o.Error, o.Count)));
    }
}
