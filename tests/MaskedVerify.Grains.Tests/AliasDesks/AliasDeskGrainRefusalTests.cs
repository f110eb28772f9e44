using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.AliasDesks;

/// <summary>What is refused leaves nothing, and what is made is counted.</summary>
public sealed class AliasDeskGrainRefusalTests(AliasSilo silo) : IClassFixture<AliasSilo>
{
    private readonly SiloFixture _silos = silo.Silos;

    /// <summary>Everything that an alias leaves behind.</summary>
    private (int Index, int Keys, int Rows, int Answers, int Audit) Durable => (
        _silos.KeysStore.Index.Count, _silos.KeysStore.SubjectKeys.Count, _silos.HotStore.StateRows, _silos.HotStore.UniqueKeys.Count, _silos.HotStore.Audit.Count);

    [Theory]
    [InlineData("country", ReplyKind.DestinationNotAllowed, null)]
    [InlineData("reference", ReplyKind.Invalid, null)]
    [InlineData("day", ReplyKind.QuotaExceeded, TenantRules.DayLimit)]
    [InlineData("number", ReplyKind.RateLimited, null)]
    [InlineData("route", ReplyKind.NoRoute, null)]
    public async Task Start_WhenItIsRefused_LeavesNothing(string why, ReplyKind kind, string? limit)
    {
        var policy = why switch
        {
            "country" => AliasScene.Generous with { Countries = ["FR"] },
            "day" => AliasScene.Generous with { SendsPerUtcDay = 0 },
            "number" => AliasScene.Generous with { NumberSendsPerHour = 1, NumberSendsPerDay = 1 },
            "route" => AliasScene.Generous with { Countries = ["DE"] },
            _ => AliasScene.Generous,
        };
        var scene = await AliasScene.SetAsync(_silos, policy, live: why == "route");
        if (why == "number")
        {
            var other = await AliasScene.SetAsync(_silos);
            other.Number = scene.Number;
            await other.StartedAsync();
        }

        var before = Durable;
        var reply = await scene.StartAsync(
            AliasScene.Stamp("refused-" + why), scene.Command(reference: why == "reference" ? "user " + scene.Number.Reveal() : null));

        Assert.Equal(kind, reply.Kind);
        Assert.Equal(limit ?? reply.Limit?.Name, reply.Limit?.Name);
        Assert.Equal(before, Durable);
    }

    [Fact]
    public async Task Start_WhenItsKeyIsAnothersRequest_LeavesNothing()
    {
        var scene = await AliasScene.SetAsync(_silos);
        AliasScene.Ok(await scene.StartAsync(AliasScene.Stamp("taken")));
        await _silos.Carrier.WaitForAsync(AliasScene.Ok(await scene.StartAsync(command: scene.Command(AliasScene.NextNumber()))).Id);
        var before = Durable;

        Assert.Equal(ReplyKind.KeyReused, (await scene.StartAsync(AliasScene.Stamp("taken"), scene.Command(AliasScene.NextNumber()))).Kind);
        Assert.Equal(ReplyKind.KeyReused, (await scene.CreateAliasAsync(AliasScene.Stamp("taken"), number: AliasScene.NextNumber())).Kind);

        Assert.Equal((before.Index, before.Keys, before.Rows), (Durable.Index, Durable.Keys, Durable.Rows));
    }

    [Fact]
    public async Task Start_WhenManyNewNumbersWantTheLastPermit_OneLeavesSomething()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { SendsPerUtcDay = 1 });
        var before = Durable;

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => scene.StartAsync(command: scene.Command(AliasScene.NextNumber()))));

        Assert.Equal(1, replies.Count(r => r.Kind == ReplyKind.Ok));
        Assert.All(replies.Where(r => r.Kind != ReplyKind.Ok), r => Assert.Equal(ReplyKind.QuotaExceeded, r.Kind));
        Assert.Equal((before.Index + 1, before.Keys + 1, before.Rows + 1), (Durable.Index, Durable.Keys, Durable.Rows));
    }

    [Fact]
    public async Task Start_WhenItComesManyTimesWithOneKeyAndOneIsAllAllowed_TheOthersAreReplays()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { NumberSendsPerHour = 1, NumberSendsPerDay = 1 });
        var stamp = AliasScene.Stamp("same");

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => scene.StartAsync(stamp)));

        Assert.All(replies, r => Assert.True(r.Kind is ReplyKind.Ok or ReplyKind.Replayed or ReplyKind.InProgress, r.Kind.ToString()));
        Assert.Single(replies.Select(r => r.Verification?.Id).OfType<VerificationId>().Distinct());
    }

    [Fact]
    public async Task CreateAlias_WhenTheQuotaIsUsedUp_IsRefusedAndLeavesNothing()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { AliasesPerUtcDay = 2, SendsPerUtcDay = 1 });
        Assert.True((await scene.CreateAliasAsync()).Created);
        Assert.True((await scene.CreateAliasAsync(number: AliasScene.NextNumber())).Created);
        var before = Durable;

        var refused = await scene.CreateAliasAsync(number: AliasScene.NextNumber());

        Assert.Equal((ReplyKind.QuotaExceeded, TenantRules.AliasDayLimit), (refused.Kind, refused.Limit?.Name));
        Assert.Equal(before, Durable);

        // What exists is found, and messages are counted for themselves.
        Assert.Equal((ReplyKind.Ok, false), (await scene.CreateAliasAsync()) is var known ? (known.Kind, known.Created) : default);
        AliasScene.Ok(await scene.StartAsync(command: scene.Command(AliasScene.NextNumber())));
    }

    [Fact]
    public async Task CreateAlias_WhenItIsNotMade_GivesItsPermitBack()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { AliasesPerUtcDay = 2 });
        AliasScene.Ok(await scene.StartAsync(AliasScene.Stamp("other")));
        Assert.True((await scene.CreateAliasAsync(number: AliasScene.NextNumber())).Created);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(40));
        Assert.Equal(ReplyKind.KeyReused, (await scene.CreateAliasAsync(AliasScene.Stamp("other"), number: AliasScene.NextNumber())).Kind);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.True((await scene.CreateAliasAsync(number: AliasScene.NextNumber())).Created);
        Assert.Equal(ReplyKind.QuotaExceeded, (await scene.CreateAliasAsync(number: AliasScene.NextNumber())).Kind);
    }

    [Fact]
    public async Task CreateAlias_WhenItComesManyTimesAtOnce_IsCountedOnce()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { AliasesPerUtcDay = 31 });
        Assert.True((await scene.CreateAliasAsync(number: AliasScene.NextNumber())).Created);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(40));

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => scene.CreateAliasAsync()));
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(1, replies.Count(r => r.Created));
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await scene.CreateAliasAsync(number: AliasScene.NextNumber())).Created);
        }
    }
}
