using MaskedVerify.Domain;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>Many at once, repeated commands, slow carriers.</summary>
public sealed class PhoneAliasGrainRaceTests(AliasSilo silo) : IClassFixture<AliasSilo>
{
    private readonly SiloFixture _silos = silo.Silos;

    [Fact]
    public async Task Check_WhenTheRightCodeComesManyTimesAtOnce_AcceptsExactlyOne()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => scene.CheckAsync(id, code)));

        Assert.Equal(1, replies.Count(r => r.Valid == true));
        Assert.Equal(49, replies.Count(r => r.Kind == ReplyKind.Ended));
    }

    [Fact]
    public async Task Start_WhenOneKeyComesManyTimesAtOnce_SendsOneMessage()
    {
        var scene = await AliasScene.SetAsync(_silos);

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => scene.StartAsync(AliasScene.Stamp("one-key"))));

        var id = Assert.Single(replies.Select(r => r.Verification?.Id).Distinct());
        Assert.Equal(1, replies.Count(r => r.Kind == ReplyKind.Ok));
        Assert.Equal(49, replies.Count(r => r.Kind == ReplyKind.Replayed));
        await _silos.Carrier.WaitForAsync(id ?? default);
        Assert.Single(_silos.Carrier.Messages, m => m.To == scene.Number);
    }

    [Fact]
    public async Task Start_WhenTwoTenantsWantTheLastPlaceOfANumberAtOnce_OneIsRefusedAsByItsOwnLimit()
    {
        var policy = AliasScene.Generous with { NumberSendsPerHour = 1 };
        var (one, other) = (await AliasScene.SetAsync(_silos, policy), await AliasScene.SetAsync(_silos, policy));
        other.Number = one.Number;
        var messages = _silos.Carrier.Messages.Count;

        // Both have seen that there is a place when the first one's commit hangs.
        var hold = _silos.HotStore.HoldNextCommit();
        var first = one.StartAsync(AliasScene.Stamp("at the cap"));
        await hold.Reached;
        var view = AliasScene.Ok(await other.StartAsync());
        hold.Release();
        var refused = await first;

        Assert.Equal((ReplyKind.RateLimited, "alias-sends-hour", policy.SendsPerHour, 60), (refused.Kind, refused.Limit?.Name, refused.Limit?.Limit, refused.Limit?.RetryAfterSeconds));
        await _silos.Carrier.WaitForAsync(view.Id);
        Assert.Equal(messages + 1, _silos.Carrier.Messages.Count);

        // Nothing of it was written: the key is free, and the alias starts when the window has passed.
        await _silos.AdvanceAsync(TimeSpan.FromMinutes(61));
        AliasScene.Ok(await one.StartAsync(AliasScene.Stamp("at the cap")));
    }

    [Fact]
    public async Task Resend_WhenTheNumberComesToItsCapMeanwhile_IsRefusedAndCanBeRepeated()
    {
        var (one, other) = (await AliasScene.SetAsync(_silos, AliasScene.Generous with { NumberSendsPerHour = 2 }), await AliasScene.SetAsync(_silos));
        other.Number = one.Number;
        var (id, _) = await one.StartedAsync();
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(30));
        var hold = _silos.HotStore.HoldNextCommit();
        var resend = one.ResendAsync(id);
        await hold.Reached;
        AliasScene.Ok(await other.StartAsync());
        hold.Release();

        Assert.Equal((ReplyKind.RateLimited, "alias-sends-hour"), ((await resend).Kind, (await resend).Limit?.Name));
        Assert.Single(AliasScene.Ok(await one.GetAsync(id)).Attempts);
    }

    [Fact]
    public async Task Start_WhenOneKeyComesForManyNumbersAtOnce_StartsOne()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var numbers = Enumerable.Range(0, 20).Select(_ => AliasScene.NextNumber()).ToList();

        var replies = await Task.WhenAll(numbers.Select(n => scene.StartAsync(AliasScene.Stamp("for-many"), scene.Command(n))));

        Assert.Equal(1, replies.Count(r => r.Kind == ReplyKind.Ok));
        Assert.Equal(19, replies.Count(r => r.Kind == ReplyKind.KeyReused));
        var started = replies.Single(r => r.Kind == ReplyKind.Ok).Verification?.Id ?? default;
        await _silos.Carrier.WaitForAsync(started);
        Assert.Single(_silos.Carrier.Messages, m => numbers.Contains(m.To));
    }

    [Fact]
    public async Task AnyCommand_WhenItsKeyComesAgain_ReplaysTheStoredAnswer()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var started = await scene.StartAsync(AliasScene.Stamp("k-start"));
        var id = AliasScene.Ok(started).Id;
        var code = TestCarrier.CodeIn(await _silos.Carrier.WaitForAsync(id));
        var typed = AliasScene.Wrong(code);
        var wrong = await scene.CheckAsync(id, typed, AliasScene.Stamp("k-wrong"));
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(30));
        var resent = await scene.ResendAsync(id, AliasScene.Stamp("k-resend"));
        code = TestCarrier.CodeIn(await _silos.Carrier.WaitForAsync(id, 2));
        var right = await scene.CheckAsync(id, code, AliasScene.Stamp("k-right"));

        Assert.Equal((ReplyKind.Replayed, id), (await scene.StartAsync(AliasScene.Stamp("k-start")) is var s ? s.Kind : default, s.Verification?.Id));
        Assert.Equal((ReplyKind.Replayed, false), ((await scene.CheckAsync(id, typed, AliasScene.Stamp("k-wrong"))) is var w ? w.Kind : default, w.Valid));
        Assert.Equal((ReplyKind.Replayed, true), ((await scene.CheckAsync(id, code, AliasScene.Stamp("k-right"))) is var r ? r.Kind : default, r.Valid));
        Assert.Equal((ReplyKind.Replayed, 2), ((await scene.ResendAsync(id, AliasScene.Stamp("k-resend"))) is var a ? a.Kind : default, a.Verification?.Attempts.Count));
        Assert.Equal(ReplyKind.KeyReused, (await scene.CheckAsync(id, AliasScene.Wrong(code), AliasScene.Stamp("k-right"))).Kind);
        Assert.Equal(ReplyKind.KeyReused, (await scene.ResendAsync(id, AliasScene.Stamp("k-resend"), Channel.Voice)).Kind);
        Assert.Equal(ReplyKind.KeyReused, (await scene.ResendAsync(id, AliasScene.Stamp("k-resend"), Channel.Sms)).Kind);
        Assert.Equal(ReplyKind.KeyReused, (await scene.CancelAsync(id, AliasScene.Stamp("k-start"))).Kind);
        Assert.Equal((false, true), (wrong.Valid, right.Valid));
        Assert.Equal(ReplyKind.Ok, resent.Kind);
        Assert.Equal(2, _silos.Carrier.Of(id).Count);
    }

    [Fact]
    public async Task AnyCommand_WhenTheFrontRepeatsItWithoutAKey_IsDoneOnce()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var stamp = AliasScene.Stamp();
        var id = AliasScene.Ok(await scene.StartAsync(stamp)).Id;
        Assert.Equal(id, AliasScene.Ok(await scene.StartAsync(stamp)).Id);
        var code = TestCarrier.CodeIn(await _silos.Carrier.WaitForAsync(id));

        stamp = AliasScene.Stamp();
        Assert.False((await scene.CheckAsync(id, AliasScene.Wrong(code), stamp)).Valid);
        var repeated = await scene.CheckAsync(id, AliasScene.Wrong(code), stamp);
        Assert.Equal(4, AliasScene.Ok(repeated).Next.ChecksRemaining);

        var wrong = stamp;
        Assert.False((await scene.CheckAsync(id, AliasScene.Wrong(code))).Valid);
        Assert.Equal(3, AliasScene.Ok(await scene.CheckAsync(id, AliasScene.Wrong(code), stamp)).Next.ChecksRemaining);

        await _silos.AdvanceAsync(TimeSpan.FromSeconds(30));
        stamp = AliasScene.Stamp();
        AliasScene.Ok(await scene.ResendAsync(id, stamp));
        Assert.Equal(2, AliasScene.Ok(await scene.ResendAsync(id, stamp)).Attempts.Count);
        code = TestCarrier.CodeIn(await _silos.Carrier.WaitForAsync(id, 2));

        stamp = AliasScene.Stamp();
        Assert.True((await scene.CheckAsync(id, code, stamp)).Valid);
        Assert.True((await scene.CheckAsync(id, code, stamp)).Valid);
        Assert.False((await scene.CheckAsync(id, code, wrong)).Valid);
        Assert.Equal(ReplyKind.Ended, (await scene.CheckAsync(id, code)).Kind);
        Assert.Equal(2, _silos.Carrier.Of(id).Count);
    }

    [Fact]
    public async Task AnyCommand_WhileTheCarrierIsSlow_IsAnsweredAtOnce()
    {
        var scene = await AliasScene.SetAsync(_silos);
        using var hold = _silos.Carrier.Hold();
        var started = AliasScene.Ok(await scene.StartAsync());
        var other = AliasScene.Ok(await scene.StartAsync());
        var code = TestCarrier.CodeIn(await _silos.Carrier.WaitForAsync(started.Id));
        var waiting = scene.WaitAsync(started.Id);

        Assert.Equal(AttemptStatus.Queued, AliasScene.Ok(await scene.GetAsync(started.Id)).Attempts.Single().Status);
        Assert.Equal(VerificationStatus.Canceled, AliasScene.Ok(await scene.CancelAsync(other.Id)).Status);
        Assert.False(waiting.IsCompleted);
        Assert.True((await scene.CheckAsync(started.Id, code)).Valid);
        Assert.Equal(VerificationStatus.Approved, AliasScene.Ok(await waiting).Status);
    }

    [Fact]
    public async Task WaitForAttempt_WhenTheCarrierDoesNotAnswer_EndsWithItsTime()
    {
        var scene = await AliasScene.SetAsync(_silos);
        using var hold = _silos.Carrier.Hold();
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        await _silos.Carrier.WaitForAsync(id);
        var waiting = scene.WaitAsync(id);
        Assert.False(waiting.IsCompleted);

        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromMilliseconds(500));
                return waiting.IsCompleted;
            },
            "the wait ends");
        Assert.Equal(AttemptStatus.Queued, AliasScene.Ok(await waiting).Attempts.Single().Status);
    }

    [Fact]
    public async Task WaitForAttempt_WhenTooManyWait_AnswersTheRestAtOnce()
    {
        var scene = await AliasScene.SetAsync(_silos);
        using var hold = _silos.Carrier.Hold();
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        var waiting = Enumerable.Range(0, 80).Select(_ => scene.WaitAsync(id)).ToList();

        await Eventually.TrueAsync(() => waiting.Count(w => w.IsCompleted) == 16, "the calls beyond the bound are answered");
        hold.Dispose();
        await Task.WhenAll(waiting);
    }
}
