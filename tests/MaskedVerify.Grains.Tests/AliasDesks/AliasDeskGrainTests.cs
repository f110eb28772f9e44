using System.Diagnostics.Metrics;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Testing;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace MaskedVerify.Grains.Tests.AliasDesks;

public sealed class AliasDeskGrainTests(AliasSilo silo) : IClassFixture<AliasSilo>
{
    private readonly SiloFixture _silos = silo.Silos;

    [Fact]
    public async Task CreateAlias_WhenNewThenKnown_IsCreatedOnce()
    {
        var scene = await AliasScene.SetAsync(_silos);

        var first = await scene.CreateAliasAsync();
        var second = await scene.CreateAliasAsync();

        Assert.Equal((ReplyKind.Ok, true), (first.Kind, first.Created));
        Assert.Equal((ReplyKind.Ok, false), (second.Kind, second.Created));
        Assert.Equal(first.Alias?.Alias, second.Alias?.Alias);
        Assert.Equal(("default", "DE", LineType.Mobile), (first.Alias?.Context, first.Alias?.Destination.Country, first.Alias?.Destination.LineType));
        Assert.Null(first.Alias?.VerifiedAt);
    }

    [Fact]
    public async Task CreateAlias_WhenItComesManyTimesAtOnce_MakesOne()
    {
        var scene = await AliasScene.SetAsync(_silos);

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => scene.CreateAliasAsync()));

        Assert.Single(replies.Select(r => r.Alias?.Alias).Distinct());
        Assert.Equal(1, replies.Count(r => r.Created));
    }

    [Fact]
    public async Task CreateAlias_WhenItsKeyComesAgain_ReplaysAndRefusesAnotherNumber()
    {
        var scene = await AliasScene.SetAsync(_silos);
        await scene.CreateAliasAsync(AliasScene.Stamp("make"));

        var replay = await scene.CreateAliasAsync(AliasScene.Stamp("make"));
        Assert.Equal((ReplyKind.Replayed, true), (replay.Kind, replay.Created));
        Assert.Equal(ReplyKind.KeyReused, (await scene.CreateAliasAsync(AliasScene.Stamp("make"), number: AliasScene.NextNumber())).Kind);
        Assert.Equal(ReplyKind.KeyReused, (await scene.StartAsync(AliasScene.Stamp("make"))).Kind);
    }

    [Fact]
    public async Task Start_WhenTheAliasRowWasLostBeforeItsFirstCommit_SealsTheNumberAgain()
    {
        var scene = await AliasScene.SetAsync(_silos);
        _silos.HotStore.FaultNextCommit(CommitFault.Unavailable);
        Assert.Equal(ReplyKind.Unavailable, (await scene.CreateAliasAsync()).Kind);

        var (id, code) = await scene.StartedAsync();

        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    [Fact]
    public async Task Start_WhenTheContextIsNotDeclared_IsInvalidAndMakesNoAlias()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var rows = _silos.HotStore.StateRows;

        var started = await scene.StartAsync(command: scene.Command(context: "stranger"));
        var created = await scene.CreateAliasAsync(context: "stranger");

        Assert.Equal((ReplyKind.Invalid, "/context"), (started.Kind, started.Pointer));
        Assert.Equal((ReplyKind.Invalid, "/context"), (created.Kind, created.Pointer));
        Assert.Equal(rows, _silos.HotStore.StateRows);
    }

    [Fact]
    public async Task Start_WhenTheReferenceHoldsTheNumber_IsInvalidAndMakesNoAlias()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var reply = await scene.StartAsync(command: scene.Command(reference: "user " + scene.Number.Reveal()));

        Assert.Equal((ReplyKind.Invalid, "/reference"), (reply.Kind, reply.Pointer));
        Assert.True((await scene.CreateAliasAsync()).Created);
    }

    [Fact]
    public async Task Start_WhenTheCountryIsNotAllowed_IsRefused()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { Countries = ["FR"] });
        var none = await AliasScene.SetAsync(_silos, live: true);

        Assert.Equal(ReplyKind.DestinationNotAllowed, (await scene.StartAsync()).Kind);
        Assert.Equal(ReplyKind.DestinationNotAllowed, (await scene.CreateAliasAsync()).Kind);
        Assert.Equal(ReplyKind.DestinationNotAllowed, (await none.StartAsync()).Kind);
    }

    [Fact]
    public async Task Start_WhenTheLineIsPremium_IsRefused()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { Countries = ["*"] });
        Assert.True(PhoneNumber.TryParse("+499001234567", out var premium));

        Assert.Equal(ReplyKind.DestinationNotAllowed, (await scene.StartAsync(command: scene.Command(premium))).Kind);
    }

    [Fact]
    public async Task Start_WhenTheDeskOrTheAliasRefuses_IsCountedOnce()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { Countries = ["DE"] });
        Assert.True(PhoneNumber.TryParse("+33612345678", out var french));
        using var refused = new MetricCollector<long>(_silos.Get<IMeterFactory>(), GrainsMetrics.MeterName, "maskedverify.commands.refused");

        await scene.StartAsync(command: scene.Command(french));
        await scene.StartAsync(command: scene.Command(context: "stranger"));
        await scene.StartAsync(command: scene.Command(alias: AliasId.Create('1', 99, 99)));
        await scene.StartAsync(AliasScene.Stamp("once"));
        Assert.Equal(ReplyKind.KeyReused, (await scene.StartAsync(AliasScene.Stamp("once"), scene.Command(reference: "another"))).Kind);
        _silos.HotStore.FaultNextCommit(CommitFault.Unavailable);
        Assert.Equal(ReplyKind.Unavailable, (await scene.StartAsync()).Kind);

        Assert.All(refused.GetMeasurementSnapshot(), one => Assert.Equal(("start", 1L), (one.Tags["command"], one.Value)));
        Assert.Equal(
            ["destination-not-allowed", "invalid", "not-found", "key-reused", "unavailable"], refused.GetMeasurementSnapshot().Select(one => one.Tags["reason"]));
    }

    [Fact]
    public async Task Start_WhenNeitherNumberNorAliasIsGiven_IsInvalid()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var reply = await scene.StartAsync(command: scene.Command(default(PhoneNumber)));

        Assert.Equal((ReplyKind.Invalid, "/to/phoneNumber"), (reply.Kind, reply.Pointer));
    }

    [Fact]
    public async Task Start_WhenTheAliasIsUnknown_IsNotFound()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var forged = AliasId.Create('1', 99, 99);

        Assert.Equal(ReplyKind.NotFound, (await scene.StartAsync(command: scene.Command(alias: forged))).Kind);
    }
}
