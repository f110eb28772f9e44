using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

public sealed class PhoneAliasRulesStartTests
{
    private readonly AliasWorld _world = new(new TenantPolicy { Contexts = ["default", "buyer"], SendsPerHour = 50, SendsPerDay = 100, ResendSpacingSeconds = 0 });

    [Fact]
    public void Start_WhenAllowed_ClaimsTheFirstRouteAndCountsTheMessage()
    {
        var decision = _world.Start(AliasWorld.Request(reference: "order-42"));

        var live = Assert.Single(_world.State.Live);
        var attempt = Assert.Single(live.Attempts);
        Assert.Equal((AttemptStatus.Claimed, "one", null), (attempt.Status, attempt.Route.Value, attempt.Why));
        Assert.Equal("one", decision.Outcome.Claim?.Route.Route.Value);
        Assert.Equal(_world.Now + 300_000, live.ExpiresAt);
        Assert.Single(_world.State.Sends);
        Assert.Equal(0, _world.GuardRows.Single().At.ToUnixTimeMilliseconds() % 60_000);
        Assert.Equal(_world.Now + PhoneAliasLimits.ClaimTimeout, _world.DueTable[_world.Ids[0]]);
    }

    [Fact]
    public void Start_WhenTheSameCommandComesAgain_ChangesNothing()
    {
        _world.Start();
        var live = Assert.Single(_world.State.Live);

        var again = PhoneAliasRules.Start(_world.State, _world.Trial(AliasWorld.Request()), _world.Ids[0], live.StartCommand, new ProtectedCode([], []), _world.Terms);

        Assert.Same(_world.State, again.State);
        Assert.Same(live, again.Outcome.Live);
        Assert.Null(again.Outcome.Claim);
    }

    [Fact]
    public void Start_WhenFiveAreLive_CancelsTheOldestOfTheSamePurpose()
    {
        var first = _world.Started(AliasWorld.Request("pay"));
        var login = _world.Started(AliasWorld.Request("login"));
        for (var i = 0; i < 3; i++)
        {
            _world.Started(AliasWorld.Request("pay"));
        }

        _world.Started(AliasWorld.Request("login"));

        Assert.Equal((VerificationStatus.Canceled, "displaced"), (_world.Ended[login].Status, _world.Ended[login].Reason));
        Assert.DoesNotContain(first, _world.Ended.Keys);
        Assert.Equal(5, _world.State.Live.Length);
    }

    [Fact]
    public void Start_WhenFiveAreLiveAndNoneHasThePurpose_IsRefusedUntilOneEnds()
    {
        var ids = new List<VerificationId> { _world.Started(AliasWorld.Request("pay", ttl: 120)) };
        ids.AddRange(Enumerable.Range(0, 4).Select(_ => _world.Started(AliasWorld.Request("pay"))));
        var before = _world.State;

        var refused = _world.Start();

        Assert.Same(before, refused.State);
        Assert.Equal((ReplyKind.RateLimited, new LimitInfo("live-verifications", 5, 600, 120)), (refused.Outcome.Kind, refused.Outcome.Limit));
        Assert.Empty(_world.Ended);

        _world.Cancel(ids[2]);
        _world.Started();
        Assert.Equal([ids[2]], _world.Ended.Keys);
    }

    [Fact]
    public void Start_WhenFiveAreLiveAndNoneHasThePurpose_PassesAtTheSecondItWasTold()
    {
        for (var i = 0; i < 5; i++)
        {
            _world.Started(AliasWorld.Request("pay", ttl: 120));
        }

        _world.Seconds(119);
        Assert.Equal(1, _world.Start().Outcome.Limit?.RetryAfterSeconds);
        _world.Seconds(1);
        _world.Started();
    }

    [Fact]
    public void Start_WhenOneOfFiveIsOver_ExpiresItAndDisplacesNone()
    {
        var over = _world.Started(AliasWorld.Request(ttl: 60));
        for (var i = 0; i < 4; i++)
        {
            _world.Started();
        }

        _world.Seconds(60);
        _world.Started();

        Assert.Equal(VerificationStatus.Expired, _world.Ended[over].Status);
        Assert.Single(_world.Ended);
    }

    [Theory]
    [InlineData("buyer", "/context")]
    [InlineData("seller", "/context")]
    public void Start_WhenTheContextIsNotTheAliasOwn_IsInvalid(string context, string pointer)
    {
        var outcome = _world.Start(AliasWorld.Request(context: context)).Outcome;

        Assert.Equal((ReplyKind.Invalid, pointer), (outcome.Kind, outcome.Pointer));
    }

    [Theory]
    [InlineData("order-15123456789")]
    [InlineData("+49 (151) 2345-6789")]
    [InlineData("１５１２３４５６７８９")]
    [InlineData("x3456789y")]
    [InlineData("1.2_3/4 5\u200b6\u00ad7")]
    public void Start_WhenTheReferenceHoldsTheNumber_IsInvalid(string reference)
    {
        var outcome = _world.Start(AliasWorld.Request(reference: reference)).Outcome;

        Assert.Equal((ReplyKind.Invalid, "/reference"), (outcome.Kind, outcome.Pointer));
        Assert.DoesNotContain("3456789", outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(_world.State.Live);
    }

    [Theory]
    [InlineData("order-42")]
    [InlineData("2026-11-23T18:44:00Z")]
    [InlineData("151234x56789")]
    [InlineData("123456-8901234")]
    public void Start_WhenTheReferenceDoesNotHoldTheNumber_IsAccepted(string reference) =>
        Assert.Equal(ReplyKind.Ok, _world.Start(AliasWorld.Request(reference: reference)).Outcome.Kind);

    [Fact]
    public void Start_WhenThePurposeHoldsTheNumber_IsInvalid()
    {
        var outcome = _world.Start(AliasWorld.Request(purpose: "p-5123456789")).Outcome;

        Assert.Equal((ReplyKind.Invalid, "/purpose"), (outcome.Kind, outcome.Pointer));
    }

    [Theory]
    [InlineData(59)]
    [InlineData(601)]
    public void Start_WhenTheLifeIsOutOfRange_IsInvalid(int ttl) =>
        Assert.Equal("/ttlSeconds", _world.Start(AliasWorld.Request(ttl: ttl)).Outcome.Pointer);

    [Fact]
    public void Start_WhenNoRouteServes_AnswersNoRoute()
    {
        _world.Plan = AliasWorld.PlanOf();

        Assert.Equal(ReplyKind.NoRoute, _world.Start().Outcome.Kind);
    }

    [Theory]
    [InlineData("FR", LineType.Mobile, true, false)]
    [InlineData("DE", LineType.Mobile, true, true)]
    [InlineData("*", LineType.Mobile, true, true)]
    [InlineData("*", LineType.Voip, true, true)]
    [InlineData("*", LineType.LandlineOrMobile, true, true)]
    [InlineData("*", LineType.Premium, true, false)]
    [InlineData("*", LineType.Unknown, true, false)]
    [InlineData(null, LineType.Mobile, true, false)]
    [InlineData(null, LineType.Mobile, false, true)]
    [InlineData("FR", LineType.Mobile, false, false)]
    public void JudgeDestination_Any_FollowsThePolicy(string? country, LineType line, bool isLive, bool allowed)
    {
        var policy = new TenantPolicy { Countries = country is null ? [] : [country] };

        Assert.Equal(allowed, PhoneAliasRules.JudgeDestination(new PhoneDestination("DE", line), Channel.Sms, policy, isLive) is null);
    }

    [Theory]
    [InlineData(LineType.Premium, "premium")]
    [InlineData(LineType.TollFree, "toll-free")]
    [InlineData(LineType.SharedCost, "shared-cost")]
    [InlineData(LineType.Personal, "personal")]
    [InlineData(LineType.Pager, "pager")]
    [InlineData(LineType.Voicemail, "voicemail")]
    [InlineData(LineType.Uan, "uan")]
    [InlineData(LineType.Unknown, "unknown")]
    [InlineData(LineType.Network, "network")]
    [InlineData(LineType.Landline, "landline")]
    public void JudgeDestination_OfARestrictedClass_NamesItUnlessItIsListed(LineType line, string word)
    {
        var policy = new TenantPolicy { Countries = ["*"] };
        var destination = new PhoneDestination("DE", line);

        var refusal = PhoneAliasRules.JudgeDestination(destination, Channel.Sms, policy, isLive: true);
        Assert.Equal(ReplyKind.DestinationNotAllowed, refusal?.Kind);
        Assert.Contains($"`{word}`", refusal?.Detail, StringComparison.Ordinal);
        Assert.Null(PhoneAliasRules.JudgeDestination(destination, Channel.Sms, policy with { LineTypes = [line] }, isLive: true));
        Assert.Equal(line == LineType.Landline, PhoneAliasRules.JudgeDestination(destination, Channel.Voice, policy, isLive: true) is null);
    }

    [Fact]
    public void JudgeDestination_OfNoCountry_NeedsTheClassAndNoCountry()
    {
        var satellite = new PhoneDestination(PhoneDestination.NoCountry, LineType.Network);

        Assert.NotNull(PhoneAliasRules.JudgeDestination(satellite, Channel.Sms, new TenantPolicy { Countries = ["*"] }, isLive: true));
        Assert.Null(PhoneAliasRules.JudgeDestination(satellite, Channel.Sms, new TenantPolicy { LineTypes = [LineType.Network] }, isLive: true));
    }

    [Fact]
    public void Start_WhenTheHourIsFull_AnswersWhenItHasRoomAgain()
    {
        _world.Policy = new TenantPolicy { SendsPerHour = 2 };
        _world.Started();
        _world.Seconds(600);
        _world.Started();

        var limit = _world.Start().Outcome.Limit;
        Assert.Equal(("alias-sends-hour", 2, 3_600, 3_000), (limit?.Name, limit?.Limit, limit?.WindowSeconds, limit?.RetryAfterSeconds));
        _world.Seconds(2_999);
        Assert.Equal(ReplyKind.RateLimited, _world.Start().Outcome.Kind);
        _world.Seconds(1);
        Assert.Equal(ReplyKind.Ok, _world.Start().Outcome.Kind);
    }

    [Fact]
    public void Start_WhenTheNumberIsAtItsCap_AnswersLikeTheAliasOwnLimit()
    {
        _world.Guard = new GuardCounts(10, 10);

        var limit = _world.Start().Outcome.Limit;

        Assert.Equal(("alias-sends-hour", _world.Policy.SendsPerHour, 3_600), (limit?.Name, limit?.Limit, limit?.WindowSeconds));
    }

    [Theory]
    [InlineData(3, 0, "alias-sends-hour", 60)]
    [InlineData(0, 5, "alias-sends-day", 600)]
    public void Start_WhenTheNumberIsAtTheCapOfTheInstallation_IsRefusedForALiveTenantAlone(int hour, int day, string name, int seconds)
    {
        _world.Policy = _world.Policy with { NumberSendsPerHour = 1_000_000, NumberSendsPerDay = 1_000_000, Countries = ["*"] };
        _world.MostPerNumber = new GuardCaps(3, 5);
        _world.Guard = new GuardCounts(hour, Math.Max(hour, day));
        Assert.Equal(ReplyKind.Ok, _world.Start().Outcome.Kind);

        _world.IsLive = true;
        var limit = _world.Start().Outcome.Limit;
        Assert.Equal((name, seconds), (limit?.Name, limit?.RetryAfterSeconds));
        _world.Guard = new GuardCounts(2, 4);
        Assert.Equal(ReplyKind.Ok, _world.Start().Outcome.Kind);
    }

    [Theory]
    [InlineData("live")]
    [InlineData("canceled")]
    [InlineData("expired")]
    [InlineData("exhausted")]
    [InlineData("undeliverable")]
    public void Start_SoonAfterAMessage_IsSpacedFromItWhateverBecameOfItsVerification(string end)
    {
        _world.Policy = _world.Policy with { ResendSpacingSeconds = 300, ChecksPerVerification = 1 };
        var id = _world.Started(AliasWorld.Request(ttl: 60));
        var at = _world.Now;
        var isLive = end == "live";
        switch (end)
        {
            case "canceled":
                _world.Cancel(id);
                break;
            case "expired":
                _world.Seconds(60);
                _world.Due(id);
                break;
            case "exhausted":
                _world.Check(id, null);
                break;
            case "undeliverable":
                _world.Report(id, 0, MaskedVerify.Carriers.CarrierError.Refused, AliasWorld.PlanOf());
                break;
        }

        Assert.Equal(!isLive, _world.Ended.ContainsKey(id));
        _world.Now = at + 299_001;
        var spaced = _world.State;
        if (isLive)
        {
            _world.Now = at + 59_000;
        }

        var refused = _world.Start();

        var wait = isLive ? 241 : 1;
        Assert.Equal((ReplyKind.RateLimited, new LimitInfo("start-spacing", 1, 300, wait)), (refused.Outcome.Kind, refused.Outcome.Limit));
        Assert.Equal(isLive ? _world.Live(id) : null, refused.Outcome.Live);
        Assert.Same(spaced, _world.State);
        _world.Now = at + 300_000;
        _world.Started();
    }

    [Fact]
    public void Start_SoonAfterAMessage_WaitsOnlyForItsOwnPurposeAndChannel()
    {
        _world.Policy = _world.Policy with { ResendSpacingSeconds = 30 };
        var first = _world.Started(AliasWorld.Request("pay"));
        _world.Started(AliasWorld.Request("login"));
        _world.Started();
        Assert.Equal("start-spacing", _world.Start(AliasWorld.Request("pay")).Outcome.Limit?.Name);
        Assert.Equal("start-spacing", _world.Start(AliasWorld.Request("default")).Outcome.Limit?.Name);

        _world.Seconds(20);
        var later = _world.Started(AliasWorld.Request("sign"));
        _world.Seconds(10);
        Assert.Equal(ReplyKind.Ok, _world.Resend(first, Channel.Voice).Outcome.Kind);
        _world.Started(AliasWorld.Request("pay"));
        Assert.Equal("resend-spacing", _world.Resend(later).Outcome.Limit?.Name);
    }

    [Fact]
    public void Resend_SoonAfterAStartOfTheSamePurpose_IsSpacedFromItsMessage()
    {
        _world.Policy = _world.Policy with { ResendSpacingSeconds = 30 };
        var older = _world.Started();
        _world.Seconds(30);
        _world.Started();

        Assert.Equal(new LimitInfo("resend-spacing", 1, 30, 30), _world.Resend(older).Outcome.Limit);
        Assert.Equal(30, _world.Next(older).ResendAfterSeconds);
    }

    [Fact]
    public void Start_AfterAnApproval_IsFreeForThatPurposeAlone()
    {
        _world.Policy = _world.Policy with { ResendSpacingSeconds = 30 };
        var pay = _world.Started(AliasWorld.Request("pay"));
        _world.Started(AliasWorld.Request("login"));

        Assert.True(_world.Check(pay, 1).Outcome.Valid);

        _world.Started(AliasWorld.Request("pay"));
        Assert.Equal("start-spacing", _world.Start(AliasWorld.Request("login")).Outcome.Limit?.Name);
    }

    [Fact]
    public void CountSend_WhenAMillionMessagesLeave_StaysSmall()
    {
        SendCount[] sends = [];
        var now = _world.Now;
        for (var i = 0; i < 200_000; i++)
        {
            now += 863;
            sends = PhoneAliasRules.CountSend(sends, now);
        }

        Assert.InRange(sends.Length, 1, 90);
        Assert.InRange(sends.Where(s => s.At > now - PhoneAliasLimits.Hour).Sum(s => s.Count), 3_600_000 / 863, (3_600_000 / 863) + 140);
    }
}
