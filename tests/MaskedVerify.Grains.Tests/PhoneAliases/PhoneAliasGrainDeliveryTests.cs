using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>Routes, receipts, due steps, crashes between commit and send.</summary>
public sealed class PhoneAliasGrainDeliveryTests : IAsyncLifetime
{
    private readonly TestCarrier _first = new("a-carrier");
    private readonly TestCarrier _second = new("b-carrier");
    private readonly LeakyPump _pump = new();
    private SiloFixture _silos = null!;

    public async ValueTask InitializeAsync()
    {
        _silos = await SiloFixture.StartAsync(o =>
        {
            o.Carriers.Add(_first);
            o.Carriers.Add(_second);
            o.Silo = silo => silo.Services.Replace(ServiceDescriptor.Singleton<ISendPump>(s =>
            {
                _pump.Inner = s.GetRequiredService<SendPump>();
                return _pump;
            }));
        });
        await _silos.OpenRoutesAsync("a-carrier", "b-carrier");
    }

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    [Fact]
    public async Task Start_WhenTheFirstRouteRefuses_SendsTheSameCodeOnTheNext()
    {
        var scene = await SetAsync();
        _first.AnswerWith(CarrierError.Throttled);

        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        var code = TestCarrier.CodeIn(await _second.WaitForAsync(id));
        var view = await UntilAsync(scene, id, v => v.Attempts.Count == 2 && v.Attempts[1].Status == AttemptStatus.Accepted);

        Assert.Equal([(AttemptStatus.Rejected, "a-carrier-sms", "throttled"), (AttemptStatus.Accepted, "b-carrier-sms", "next-route:throttled")],
            view.Attempts.Select(a => (a.Status, a.Route.Value, a.Why ?? string.Empty)));
        Assert.Equal(code, TestCarrier.CodeIn(_first.Of(id).Single()));
        Assert.Single(scene.Commits(id).SelectMany(c => c.SideRows).OfType<GuardCountRow>());
        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    [Fact]
    public async Task Start_WhenTheOnlyRouteThrottlesTwice_SendsTheSameCodeThereAfterAPause()
    {
        var tries = 0;
        var carrier = new TestCarrier("a-carrier");
        carrier.Behaviour = (_, _) => ValueTask.FromResult(
            Interlocked.Increment(ref tries) <= 2 ? CarrierResult.Failed(CarrierError.Throttled, TimeSpan.FromMilliseconds(300)) : carrier.Accept());
        await using var silos = await SiloFixture.StartAsync(o => o.Carriers.Add(carrier));
        await silos.OpenRoutesAsync("a-carrier");
        var scene = await AliasScene.SetAsync(silos, AliasScene.Generous with { Countries = ["*"] }, live: true);

        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        await carrier.WaitForAsync(id);
        Assert.Equal(AttemptStatus.Queued, AliasScene.Ok(await scene.GetAsync(id)).Attempts[0].Status);
        await Eventually.TrueAsync(
            async () =>
            {
                await silos.AdvanceAsync(TimeSpan.FromMilliseconds(100));
                return AliasScene.Ok(await scene.GetAsync(id)).Attempts[0].Status == AttemptStatus.Accepted;
            },
            "the third try is accepted");

        var messages = carrier.Of(id);
        Assert.Equal(3, messages.Count);
        Assert.Single(messages.Select(TestCarrier.CodeIn).Distinct());
        Assert.Single(AliasScene.Ok(await scene.GetAsync(id)).Attempts);

        // Each try is a claim of its own, written before it; the message counts once.
        var rows = scene.Commits(id).SelectMany(c => c.SideRows).ToList();
        Assert.True(rows.OfType<DueRow>().Count(row => row.Verification == id) >= 3);
        Assert.Single(rows.OfType<GuardCountRow>());
        Assert.True((await scene.CheckAsync(id, TestCarrier.CodeIn(messages[0]))).Valid);
    }

    [Fact]
    public async Task Start_WhenTestTrafficHasUsedTheNumberUp_SendsToIt()
    {
        var carrier = new TestCarrier("a-carrier");
        await using var silos = await SiloFixture.StartAsync(o =>
        {
            o.Carriers.Add(carrier);
            o.Carriers.Add(new TestCarrier("sandbox"));
        });
        await silos.OpenRoutesAsync("a-carrier");
        var live = await AliasScene.SetAsync(silos, AliasScene.Generous with { NumberSendsPerHour = 1, Countries = ["*"] }, live: true);
        var test = await AliasScene.SetAsync(silos, AliasScene.Generous with { NumberSendsPerHour = 1 });
        test.Number = live.Number;
        AliasScene.Ok(await test.StartAsync());
        Assert.Equal(ReplyKind.RateLimited, (await test.StartAsync(command: test.Command(purpose: "another"))).Kind);

        await carrier.WaitForAsync(AliasScene.Ok(await live.StartAsync()).Id);
        Assert.Equal(ReplyKind.RateLimited, (await live.StartAsync(command: live.Command(purpose: "another"))).Kind);
    }

    [Fact]
    public async Task Start_WhenItsMessageNeverLeft_UsesUpNothingOfAliasNumberAndQuotaTwiceOver()
    {
        var carrier = new TestCarrier("a-carrier") { Behaviour = (_, _) => ValueTask.FromResult(CarrierResult.Failed(CarrierError.Refused)) };
        await using var silos = await SiloFixture.StartAsync(o => o.Carriers.Add(carrier));
        await silos.OpenRoutesAsync("a-carrier");
        var policy = AliasScene.Generous with { Countries = ["*"], SendsPerHour = 3, NumberSendsPerHour = 2, SendsPerUtcDay = 2 };
        var scene = await AliasScene.SetAsync(silos, policy, live: true);
        for (var i = 0; i < 4; i++)
        {
            var id = default(VerificationId);
            await Eventually.TrueAsync(
                async () =>
                {
                    // The permit of the day is back with the next lease, a moment later.
                    await silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                    var started = await scene.StartAsync(command: scene.Command(purpose: $"p{i}"));
                    id = started.Verification?.Id ?? default;
                    return started.Kind == ReplyKind.Ok ? true : started.Kind == ReplyKind.QuotaExceeded ? false : throw new InvalidOperationException($"{started.Kind} {started.Limit?.Name}");
                },
                "a start is not over a quota");
            await Eventually.TrueAsync(async () => (await scene.GetAsync(id)).Verification?.Status == VerificationStatus.Undeliverable, "the message is refused");
            Assert.Contains(scene.Commits(id).SelectMany(c => c.SideRows), row => row is GuardReturnRow);
        }

        // Two caps' worth of the number.
        var last = await scene.StartAsync(command: scene.Command(purpose: "last"));
        Assert.Equal((ReplyKind.RateLimited, "alias-sends-hour"), (last.Kind, last.Limit?.Name));
    }

    [Fact]
    public async Task Start_WhenEveryRouteRefuses_EndsUndeliverable()
    {
        var scene = await SetAsync();
        _first.AnswerWith(CarrierError.Refused);
        _second.AnswerWith(CarrierError.NotSent);

        var id = AliasScene.Ok(await scene.StartAsync()).Id;

        var view = await UntilAsync(scene, id, v => v.Status != VerificationStatus.Pending);
        Assert.Equal((VerificationStatus.Undeliverable, "no-route"), (view.Status, view.Reason));
    }

    [Fact]
    public async Task Start_WhenACarrierDoesNotAnswer_IsUnknownAndNotSentAgain()
    {
        var scene = await SetAsync();
        _first.AnswerWith(CarrierError.NoAnswer);

        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        var view = await UntilAsync(scene, id, v => v.Attempts[0].Status == AttemptStatus.Unknown);

        Assert.Single(view.Attempts);
        Assert.True((await scene.CheckAsync(id, TestCarrier.CodeIn(_first.Of(id).Single()))).Valid);
        Assert.Empty(_second.Of(id));
    }

    [Fact]
    public async Task Start_WhenTheQueueOfACarrierIsFull_UsesAnother()
    {
        var scene = await SetAsync();
        _pump.Full.Add("a-carrier");

        var id = AliasScene.Ok(await scene.StartAsync()).Id;

        var code = TestCarrier.CodeIn(await _second.WaitForAsync(id));
        Assert.Equal("next-route:not-sent", AliasScene.Ok(await scene.GetAsync(id)).Attempts[1].Why);
        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    [Fact]
    public async Task Start_WhenEveryQueueIsFull_AnswersThatItEndedUndeliverable()
    {
        var scene = await SetAsync();
        _pump.Full.Add("a-carrier");
        _pump.Full.Add("b-carrier");

        var view = AliasScene.Ok(await scene.StartAsync());

        Assert.Equal((VerificationStatus.Undeliverable, 2), (view.Status, view.Attempts.Count));
        Assert.Equal(VerificationStatus.Undeliverable, AliasScene.Ok(await scene.GetAsync(view.Id)).Status);
    }

    [Fact]
    public async Task Start_WhenTheProcessDiesBetweenCommitAndSend_IsUnknownAfterTenSecondsAndNotSentByARetry()
    {
        var scene = await SetAsync();
        _pump.IsLosing = true;
        var id = AliasScene.Ok(await scene.StartAsync(AliasScene.Stamp("crash"))).Id;
        _pump.IsLosing = false;

        await _silos.AdvanceAsync(TimeSpan.FromSeconds(11));
        var view = await UntilAsync(scene, id, v => v.Attempts[0].Status == AttemptStatus.Unknown);

        Assert.Equal(("no-result", VerificationStatus.Pending), (view.Attempts.Single().Why, view.Status));
        Assert.Equal(ReplyKind.Replayed, (await scene.StartAsync(AliasScene.Stamp("crash"))).Kind);
        Assert.Empty(_first.Of(id));
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.True(AliasScene.Ok(await scene.GetAsync(id)).Next.MayResend);
        AliasScene.Ok(await scene.ResendAsync(id));
        Assert.True((await scene.CheckAsync(id, TestCarrier.CodeIn(await _second.WaitForAsync(id)))).Valid);
    }

    [Fact]
    public async Task Resend_WhenARouteHasFailed_SkipsItUnlessEveryOneHas()
    {
        var scene = await SetAsync();
        _first.AnswerWith(CarrierError.Refused);
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        await UntilAsync(scene, id, v => v.Attempts.Count == 2 && v.Attempts[1].Status == AttemptStatus.Accepted);
        _second.AnswerWith(CarrierError.NoAnswer);

        Assert.Equal("b-carrier-sms", await ResendAsync());
        await UntilAsync(scene, id, v => v.Attempts[^1].Status == AttemptStatus.Unknown);
        Assert.Equal("a-carrier-sms", await ResendAsync());

        async Task<string> ResendAsync()
        {
            await _silos.AdvanceAsync(TimeSpan.FromSeconds(31));
            return AliasScene.Ok(await scene.ResendAsync(id)).Attempts[^1].Route.Value;
        }
    }

    [Fact]
    public async Task Resume_WhenThePolicySaysSo_MovesAForgottenClaimToTheNextRoute()
    {
        var scene = await SetAsync(AliasScene.Generous with { ResendUnknown = true });
        _pump.IsLosing = true;
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        _pump.IsLosing = false;

        await _silos.AdvanceAsync(TimeSpan.FromSeconds(11));

        var code = TestCarrier.CodeIn(await _second.WaitForAsync(id));
        Assert.Equal("next-route:no-result", AliasScene.Ok(await scene.GetAsync(id)).Attempts[1].Why);
        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    [Fact]
    public async Task Resume_WhenTheTimeIsOver_Expires()
    {
        var scene = await SetAsync();
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        var code = TestCarrier.CodeIn(await _first.WaitForAsync(id));
        await scene.WaitAsync(id);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(301));

        Assert.Equal(VerificationStatus.Expired, AliasScene.Ok(await scene.GetAsync(id)).Status);
        Assert.Equal((ReplyKind.Ended, VerificationStatus.Expired), (await scene.CheckAsync(id, code)) is var r ? (r.Kind, r.Verification?.Status ?? default) : default);
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.PollDueAsync();
                return _silos.HotStore.Outcomes.Any(o => o.Verification == id) && _silos.HotStore.Due.All(d => d.Verification != id);
            },
            "the end is written");
    }

    [Fact]
    public async Task Receipt_WhenItComesEarlyTwiceAndInTheWrongOrder_OnlyMovesForward()
    {
        var scene = await SetAsync();
        var messageId = Guid.CreateVersion7().ToString("N");
        await _silos.ReceiveAsync(messageId, AttemptStatus.Delivered, carrier: "a-carrier");
        await _silos.ReceiveAsync(messageId, AttemptStatus.Sent, carrier: "a-carrier");
        _first.Behaviour = (_, _) => ValueTask.FromResult(CarrierResult.Accepted(messageId, 1));
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        await _first.WaitForAsync(id);
        await scene.WaitAsync(id);

        // The message id becomes known with the lazy commit; then the parked receipt finds its attempt.
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => scene.Commits(id).Count > 1, "the message id is written");
        await _silos.PollReceiptsAsync();
        var view = await UntilAsync(scene, id, v => v.Attempts[0].Status == AttemptStatus.Delivered);

        Assert.Equal(VerificationStatus.Pending, view.Status);
        await _silos.ReceiveAsync(messageId, AttemptStatus.Undelivered, "absent-subscriber", "a-carrier");
        await _silos.ReceiveAsync(messageId, AttemptStatus.Delivered, carrier: "a-carrier");
        await Eventually.TrueAsync(async () => await _silos.PollReceiptsAsync() == 0, "nothing is left to apply");
        Assert.Equal(AttemptStatus.Delivered, AliasScene.Ok(await scene.GetAsync(id)).Attempts[0].Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receipt_WhenTwoMessagesGotOneId_IsThatOfTheNewer(bool hasTheOlderEnded)
    {
        var messageId = Guid.CreateVersion7().ToString("N");
        _first.Behaviour = (_, _) => ValueTask.FromResult(CarrierResult.Accepted(messageId, 1) with { SubmittedAt = _silos.Time.GetUtcNow() });
        var (older, newer) = (await SetAsync(), await SetAsync());
        var first = AliasScene.Ok(await older.StartAsync()).Id;
        var code = TestCarrier.CodeIn(await _first.WaitForAsync(first));
        await UntilAsync(older, first, v => v.Attempts[0].Status == AttemptStatus.Accepted);
        if (hasTheOlderEnded)
        {
            Assert.True((await older.CheckAsync(first, code)).Valid);
        }

        await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => older.Commits(first).SelectMany(c => c.SideRows).Any(r => r is ReceiptMapRow), "the id of the older one is written");
        var second = AliasScene.Ok(await newer.StartAsync()).Id;
        await UntilAsync(newer, second, v => v.Attempts[0].Status == AttemptStatus.Accepted);

        // The id of the newer one is not written yet.
        var receipt = new DeliveryReceipt(CarrierId.Parse("a-carrier"), messageId, AttemptStatus.Delivered, null, _silos.Time.GetUtcNow());
        await _silos.Get<IReceiptSink>().RecordAsync(receipt with { SubmittedAt = _silos.Time.GetUtcNow() }, CancellationToken.None);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => newer.Commits(second).SelectMany(c => c.SideRows).Any(r => r is ReceiptMapRow), "the id of the newer one is written");
        await _silos.PollReceiptsAsync();

        await UntilAsync(newer, second, v => v.Attempts[0].Status == AttemptStatus.Delivered);
        Assert.Equal(AttemptStatus.Accepted, AliasScene.Ok(await older.GetAsync(first)).Attempts[0].Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LateAnswer_WhenNobodyWaitsForItAnyMore_LetsReceiptsSettleTheAttempt(bool isReceiptFirst)
    {
        var scene = await SetAsync();
        var messageId = Guid.CreateVersion7().ToString("N");
        var submittedAt = _silos.Time.GetUtcNow();
        _first.AnswerWith(CarrierError.NoAnswer);
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        await UntilAsync(scene, id, v => v.Attempts[0].Status == AttemptStatus.Unknown);
        var late = new LateAnswer(CarrierId.Parse("a-carrier"), id, 0, messageId, 1, submittedAt);

        if (isReceiptFirst)
        {
            await _silos.ReceiveAsync(messageId, AttemptStatus.Delivered, carrier: "a-carrier");
            await _silos.Get<IReceiptSink>().RecordLateAsync(late, CancellationToken.None);
        }
        else
        {
            await _silos.Get<IReceiptSink>().RecordLateAsync(late, CancellationToken.None);
            Assert.Equal(AttemptStatus.Accepted, AliasScene.Ok(await scene.GetAsync(id)).Attempts[0].Status);
            await _silos.ReceiveAsync(messageId, AttemptStatus.Delivered, carrier: "a-carrier");
        }

        await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => scene.Commits(id).SelectMany(c => c.SideRows).Any(r => r is ReceiptMapRow), "the message id is written");
        await _silos.PollReceiptsAsync();
        var view = await UntilAsync(scene, id, v => v.Attempts[0].Status == AttemptStatus.Delivered);
        Assert.Equal((VerificationStatus.Pending, 1), (view.Status, view.Attempts.Count));
    }

    [Fact]
    public async Task Receipt_WhenTheVerificationHasEnded_IsKeptInItsOutcome()
    {
        var scene = await SetAsync();
        _first.Behaviour = (_, _) => ValueTask.FromResult(CarrierResult.Accepted("late-1", 1));
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        var code = TestCarrier.CodeIn(await _first.WaitForAsync(id));
        await scene.WaitAsync(id);
        Assert.True((await scene.CheckAsync(id, code)).Valid);

        await _silos.ReceiveAsync("late-1", AttemptStatus.Delivered, carrier: "a-carrier");
        var view = await UntilAsync(scene, id, v => v.Attempts[0].Status == AttemptStatus.Delivered);

        Assert.Equal(VerificationStatus.Approved, view.Status);
        Assert.Equal(0, await _silos.PollReceiptsAsync());
    }

    [Fact]
    public async Task RecordAttempt_WhenTheVerificationHasEnded_IsKeptInItsOutcome()
    {
        var scene = await SetAsync();
        using var hold = _first.Hold();
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        var code = TestCarrier.CodeIn(await _first.WaitForAsync(id));
        Assert.True((await scene.CheckAsync(id, code)).Valid);
        Assert.Equal(AttemptStatus.Queued, AliasScene.Ok(await scene.GetAsync(id)).Attempts[0].Status);

        hold.Dispose();
        await UntilAsync(scene, id, v => v.Attempts[0].Status == AttemptStatus.Accepted);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => scene.Commits(id).SelectMany(c => c.SideRows).Any(r => r is ReceiptMapRow), "the news is written");
    }

    private Task<AliasScene> SetAsync(TenantPolicy? policy = null) =>
        AliasScene.SetAsync(_silos, (policy ?? AliasScene.Generous) with { Countries = ["*"] }, live: true);

    private static async Task<VerificationView> UntilAsync(AliasScene scene, VerificationId id, Func<VerificationView, bool> condition)
    {
        VerificationView? view = null;
        await Eventually.TrueAsync(
            async () =>
            {
                view = AliasScene.Ok(await scene.GetAsync(id));
                return condition(view);
            },
            "the verification gets there");
        return view ?? throw new InvalidOperationException();
    }

    /// <summary>A pump that can lose tickets, as a process does that dies, and can be full.</summary>
    private sealed class LeakyPump : ISendPump
    {
        internal SendPump? Inner { get; set; }

        internal bool IsLosing { get; set; }

        internal HashSet<string> Full { get; } = [];

        public bool IsClosed => Inner?.IsClosed ?? false;

        public bool TryEnter(SendTurn turn) => Inner?.TryEnter(turn) ?? false;

        public void Leave() => Inner?.Leave();

        public bool TryEnqueue(SendTicket ticket) => !Full.Contains(ticket.Route.Carrier.Value) && (IsLosing || (Inner?.TryEnqueue(ticket) ?? false));
    }
}
