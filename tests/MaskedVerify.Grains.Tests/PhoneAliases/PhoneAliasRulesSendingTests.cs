using CsCheck;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>Resends, results of submits, receipts and due steps.</summary>
public sealed class PhoneAliasRulesSendingTests
{
    private static readonly string?[] Reasons = [null, "absent-subscriber", "Call +1 202 555 0100"];

    private readonly AliasWorld _world = new(new TenantPolicy { SendsPerHour = 50, SendsPerDay = 100 });

    [Fact]
    public void Resend_WhenRotating_VoidsTheOldCodeAtOnce()
    {
        var id = Resent(ResendPolicy.Rotate);

        Assert.False(_world.Check(id, 1).Outcome.Valid);
        Assert.True(_world.Check(id, 2).Outcome.Valid);
        Assert.Equal("resend", _world.Any(id).Attempts[1].Why);
    }

    [Fact]
    public void Resend_WhenReusing_SendsTheSameCode()
    {
        var id = _world.Started(AliasWorld.Request(resend: ResendPolicy.Reuse));
        _world.Report(id, 0, CarrierError.None);
        _world.Seconds(30);

        var claim = _world.Resend(id).Outcome.Claim;

        Assert.Equal((1, 1), (claim?.Attempt, claim?.CodeSend));
        Assert.True(_world.Check(id, 1).Outcome.Valid);
    }

    [Fact]
    public void Resend_WhenReusing_NeverLetsACodeLiveLongerThanTenMinutes()
    {
        var id = _world.Started(AliasWorld.Request(resend: ResendPolicy.Reuse, ttl: 500));
        var longest = _world.Now + 600_000;
        for (var i = 0; i < 4; i++)
        {
            _world.Seconds(110);
            Assert.Equal(ReplyKind.Ok, _world.Resend(id).Outcome.Kind);
            Assert.InRange(_world.Live(id).ExpiresAt, _world.Now, longest);
        }

        Assert.Equal(longest, _world.Live(id).ExpiresAt);
        Assert.Null(_world.Next(id).ResendAfterSeconds);
        _world.Report(id, 4, CarrierError.None);
        _world.Report(id, 0, CarrierError.None);
        _world.Report(id, 1, CarrierError.None);
        _world.Report(id, 2, CarrierError.None);
        _world.Report(id, 3, CarrierError.None);
        Assert.Null(_world.Live(id).Codes.Single().Sealed);
    }

    [Fact]
    public void Resend_WhenKeepingThePrevious_VoidsItWhenTheCarrierHasTheNewOne()
    {
        var id = Resent(ResendPolicy.KeepPreviousUntilAccepted);
        Assert.Equal([1, 2], _world.Live(id).Codes.Select(c => c.Send));

        _world.Report(id, 1, CarrierError.None);

        Assert.Equal([2], _world.Live(id).Codes.Select(c => c.Send));
        Assert.False(_world.Check(id, 1).Outcome.Valid);
    }

    [Fact]
    public void Resend_WhenKeepingThePrevious_AcceptsItMeanwhile()
    {
        var id = Resent(ResendPolicy.KeepPreviousUntilAccepted);
        _world.Report(id, 1, CarrierError.NoAnswer);

        Assert.True(_world.Check(id, 1).Outcome.Valid);
    }

    [Fact]
    public void Resend_WhenKeepingThePreviousTwice_KeepsTheOneOnTheDevice()
    {
        var id = Resent(ResendPolicy.KeepPreviousUntilAccepted);
        _world.Report(id, 1, CarrierError.NoAnswer);
        _world.Seconds(30);
        _world.Resend(id);

        Assert.Equal([1, 3], _world.Live(id).Codes.Select(c => c.Send));
    }

    [Fact]
    public void Resend_WhenTooSoon_AnswersTheSpacing()
    {
        var id = _world.Started();
        _world.Seconds(29);

        var limit = _world.Resend(id).Outcome.Limit;

        Assert.Equal(("resend-spacing", 1), (limit?.Name, limit?.RetryAfterSeconds));
        Assert.Equal((false, 1), (_world.Next(id).MayResend, _world.Next(id).ResendAfterSeconds));
    }

    [Fact]
    public void Resend_WhenAllSendsAreUsed_IsNeverAllowedAgain()
    {
        _world.Policy = _world.Policy with { MaxSendsPerVerification = 2 };
        var id = Resent(ResendPolicy.Rotate);
        _world.Seconds(60);

        Assert.Equal("verification-sends", _world.Resend(id).Outcome.Limit?.Name);
        Assert.Null(_world.Next(id).ResendAfterSeconds);
    }

    [Fact]
    public void Report_WhenAccepted_DropsTheSealedCodeAndMapsTheMessage()
    {
        var id = _world.Started();
        var decision = _world.Report(id, 0, CarrierError.None);

        Assert.False(decision.IsUrgent);
        Assert.Null(_world.Live(id).Codes.Single().Sealed);
        Assert.Equal("m0", decision.Rows.OfType<ReceiptMapRow>().Single().MessageId);
        Assert.Equal(_world.Live(id).ExpiresAt, _world.DueTable[id]);
    }

    [Theory]
    [InlineData(CarrierError.NotSent, "not-sent")]
    [InlineData(CarrierError.Throttled, "throttled")]
    [InlineData(CarrierError.Refused, "refused")]
    [InlineData(CarrierError.InvalidDestination, "invalid-destination")]
    [InlineData(CarrierError.Blocked, "blocked")]
    [InlineData(CarrierError.Misconfigured, "misconfigured")]
    public void Report_WhenARouteRefuses_ClaimsTheNextWithTheSameCode(CarrierError error, string word)
    {
        var id = _world.Started();
        _world.Seconds(2);

        var decision = _world.Report(id, 0, error);

        Assert.True(decision.IsUrgent);
        var attempts = _world.Live(id).Attempts;
        Assert.Equal((AttemptStatus.Rejected, word), (attempts[0].Status, attempts[0].Why));
        Assert.Equal((AttemptStatus.Claimed, "next-route:" + word, "two", _world.Now), (attempts[1].Status, attempts[1].Why, attempts[1].Route.Value, attempts[1].At));
        Assert.Equal((1, 1), (decision.Outcome.Claim?.Attempt, decision.Outcome.Claim?.CodeSend));
        Assert.Equal(_world.Now + PhoneAliasLimits.ClaimTimeout, _world.DueTable[id]);
        Assert.Single(_world.State.Sends);
        Assert.Single(_world.GuardRows);
    }

    [Fact]
    public void Report_WhenTheOnlyRouteThrottles_ClaimsItAgainWithTheSameCodeForAWhile()
    {
        var id = _world.Started();
        var began = _world.Now;
        for (var tries = 1; tries <= 6; tries++)
        {
            var before = Assert.Single(_world.Live(id).Attempts);
            _world.Seconds(4.9);
            var decision = _world.Report(id, 0, CarrierError.Throttled, AliasWorld.PlanOf("one"), before.At);

            Assert.True(decision.IsUrgent);
            var attempt = Assert.Single(_world.Live(id).Attempts);
            Assert.Equal((_world.Now, "throttled", true), (attempt.At, attempt.Why, attempt.IsAwaited));
            Assert.Equal((0, 1, "one", true), (decision.Outcome.Claim!.Attempt, decision.Outcome.Claim.CodeSend, decision.Outcome.Claim.Route.Route.Value, decision.Outcome.Claim.IsLastRoute));
            Assert.NotNull(_world.Live(id).Codes.Single().Sealed);
            Assert.Equal(_world.Now + PhoneAliasLimits.ClaimTimeout, _world.DueTable[id]);

            // The same throttle once more claims nothing.
            Assert.Null(_world.Report(id, 0, CarrierError.Throttled, AliasWorld.PlanOf("one"), before.At).Outcome.Claim);
            Assert.True(_world.Live(id).Attempts[0].IsAwaited);
        }

        _world.Now = began + PhoneAliasLimits.ThrottledFor;
        _world.Report(id, 0, CarrierError.Throttled, AliasWorld.PlanOf("one"), _world.Live(id).Attempts[0].At);
        Assert.Equal((VerificationStatus.Undeliverable, "no-route"), (_world.Ended[id].Status, _world.Ended[id].Reason));
    }

    [Fact]
    public void Report_WhenATriedAgainAttemptHasNoResult_IsUnknown()
    {
        var id = _world.Started();
        _world.Report(id, 0, CarrierError.Throttled, AliasWorld.PlanOf("one"), _world.Live(id).Attempts[0].At);
        _world.Seconds(10.001);
        _world.Due(id);
        Assert.Equal(AttemptStatus.Unknown, _world.Live(id).Attempts[0].Status);
    }

    [Fact]
    public void Report_WhenAResendUnderRotateIsThrottled_DoesNotEndTheVerification()
    {
        var id = Resent(ResendPolicy.Rotate);
        var claim = _world.Report(id, 1, CarrierError.Throttled, AliasWorld.PlanOf("one"), _world.Live(id).Attempts[1].At).Outcome.Claim;
        Assert.Equal((1, 2), (claim?.Attempt, claim?.CodeSend));
        _world.Report(id, 1, CarrierError.None);
        Assert.True(_world.Check(id, 2).Outcome.Valid);
    }

    [Fact]
    public void Report_WhenARouteThrottlesAndAnotherIsLeft_MovesOn()
    {
        var id = _world.Started();
        Assert.Equal("two", _world.Report(id, 0, CarrierError.Throttled, plan: null, _world.Live(id).Attempts[0].At).Outcome.Claim?.Route.Route.Value);
    }

    [Fact]
    public void Report_WhenEveryRouteRefuses_EndsUndeliverable()
    {
        var id = _world.Started();
        _world.Report(id, 0, CarrierError.Throttled);
        _world.Report(id, 1, CarrierError.Refused);
        var last = _world.Report(id, 2, CarrierError.NotSent);

        Assert.True(last.IsUrgent);
        Assert.Equal((VerificationStatus.Undeliverable, "no-route"), (_world.Ended[id].Status, _world.Ended[id].Reason));
        Assert.Equal(3, _world.Any(id).Attempts.Length);
    }

    [Fact]
    public void Report_WhenAResendIsRefusedEverywhereButTheOldCodeIsOnTheDevice_StaysPending()
    {
        var id = Resent(ResendPolicy.KeepPreviousUntilAccepted);
        _world.Report(id, 1, CarrierError.Refused, AliasWorld.PlanOf("one"));

        Assert.Equal(AttemptStatus.Rejected, _world.Live(id).Attempts[1].Status);
        Assert.True(_world.Check(id, 1).Outcome.Valid);
    }

    [Theory]
    [InlineData(CarrierError.NoAnswer)]
    [InlineData(CarrierError.Garbled)]
    public void Report_WhenNobodyCanTell_IsUnknownAndNotSentAgain(CarrierError error)
    {
        var id = _world.Started();
        var decision = _world.Report(id, 0, error);

        Assert.Null(decision.Outcome.Claim);
        Assert.Equal(AttemptStatus.Unknown, Assert.Single(_world.Live(id).Attempts).Status);
        Assert.True(_world.Check(id, 1).Outcome.Valid);
    }

    [Fact]
    public void Report_WhenNobodyCanTellAndThePolicySaysSo_MovesToTheNextRoute()
    {
        _world.Policy = _world.Policy with { ResendUnknown = true };
        var id = _world.Started();

        Assert.Equal("two", _world.Report(id, 0, CarrierError.NoAnswer).Outcome.Claim?.Route.Route.Value);
    }

    [Fact]
    public void Report_WhenRepeated_ClaimsNoSecondTime()
    {
        var id = _world.Started();
        _world.Report(id, 0, CarrierError.Throttled);

        Assert.Null(_world.Report(id, 0, CarrierError.Throttled).Outcome.Claim);
        Assert.Equal(2, _world.Live(id).Attempts.Length);
    }

    [Fact]
    public void Report_WhenTheVerificationHasEnded_UpdatesItsOutcomeOnly()
    {
        var id = _world.Started();
        _world.Check(id, 1);
        var decision = _world.Report(id, 0, CarrierError.None);

        Assert.Equal((VerificationStatus.Approved, AttemptStatus.Accepted), (_world.Ended[id].Status, _world.Any(id).Attempts[0].Status));
        Assert.Single(decision.Rows.OfType<ReceiptMapRow>());
        _world.Receipt(id, 0, AttemptStatus.Delivered);
        Assert.Equal((VerificationStatus.Approved, AttemptStatus.Delivered), (_world.Ended[id].Status, _world.Any(id).Attempts[0].Status));
    }

    [Fact]
    public void Receipt_WhenReordered_OnlyMovesForward()
    {
        var id = _world.Started();
        _world.Receipt(id, 0, AttemptStatus.Delivered);
        _world.Receipt(id, 0, AttemptStatus.Sent);
        _world.Report(id, 0, CarrierError.None);

        Assert.Equal(AttemptStatus.Delivered, _world.Live(id).Attempts[0].Status);
    }

    [Fact]
    public void Receipt_WhenTheReasonIsNoMachineWord_DropsIt()
    {
        var id = _world.Started();
        _world.Receipt(id, 0, AttemptStatus.Undelivered, "call +49 151 23456789");

        Assert.Null(_world.Live(id).Attempts[0].Why);
    }

    [Fact]
    public void Due_WhenAClaimIsForgotten_IsUnknownAfterTenSecondsAndNotSentAgain()
    {
        var id = _world.Started();
        _world.Now += 9_999;
        _world.Due(id);
        Assert.Equal(AttemptStatus.Claimed, _world.Live(id).Attempts[0].Status);
        _world.Now++;

        Assert.Null(_world.Due(id).Outcome.Claim);

        Assert.Equal((AttemptStatus.Unknown, "no-result"), (_world.Live(id).Attempts[0].Status, _world.Live(id).Attempts[0].Why));
        Assert.Equal(_world.Live(id).ExpiresAt, _world.DueTable[id]);
        Assert.Null(_world.Live(id).Codes.Single().Sealed);
    }

    [Fact]
    public void Due_WhenAClaimIsForgottenAndThePolicySaysSo_MovesToTheNextRoute()
    {
        _world.Policy = _world.Policy with { ResendUnknown = true };
        var id = _world.Started();
        _world.Seconds(10);

        Assert.Equal("two", _world.Due(id).Outcome.Claim?.Route.Route.Value);
    }

    [Fact]
    public void Due_WhenItComesEarly_PutsTheRowBack()
    {
        var id = _world.Started();
        _world.DueTable[id] = 0;
        _world.Due(id);

        Assert.Equal(PhoneAliasRules.NextDue(_world.Live(id)), _world.DueTable[id]);
    }

    [Fact]
    public void Due_WhenTheTimeIsOver_Expires()
    {
        var id = _world.Started();
        _world.Seconds(300);
        _world.Due(id);

        Assert.Equal(VerificationStatus.Expired, _world.Ended[id].Status);
        Assert.Empty(_world.DueTable);
        _world.DueTable[id] = 0;
        _world.Due(id);
        Assert.Empty(_world.DueTable);
    }

    /// <summary>
    /// Receipts that the store took for an ended verification read as if the alias had taken each of them, whatever they are and however often they are read.
    /// </summary>
    [Fact]
    public void WithReceipts_WhateverCame_IsWhatTheAliasWouldHaveMadeOfIt() =>
        Gen.Select(Gen.Int[-1, 3], Gen.Enum<AttemptStatus>(), Gen.Int[0, 2])
            .Select((attempt, status, reason) => new LateReceipt(attempt, status, Reasons[reason])).Array[0, 8].Sample(receipts =>
            {
                var world = new AliasWorld(new TenantPolicy { SendsPerHour = 50, SendsPerDay = 100 });
                var id = world.Started(AliasWorld.Request(resend: ResendPolicy.Reuse));
                world.Report(id, 0, CarrierError.None);
                world.Seconds(30);
                world.Resend(id);
                world.Report(id, 1, CarrierError.None);
                Assert.True(world.Check(id, 1).Outcome.Valid);

                var read = PhoneAliasRules.WithReceipts(world.Ended[id], receipts);
                foreach (var receipt in receipts)
                {
                    world.Receipt(id, receipt.Attempt, receipt.State, receipt.Reason);
                }

                Assert.Equal(world.Ended[id].Verification.Attempts, read.Verification.Attempts);
                Assert.Equal(read.Verification.Attempts, PhoneAliasRules.WithReceipts(read, receipts).Verification.Attempts);
                Assert.Equal(VerificationStatus.Approved, read.Status);
            });

    private VerificationId Resent(ResendPolicy policy)
    {
        var id = _world.Started(AliasWorld.Request(resend: policy));
        _world.Report(id, 0, CarrierError.None);
        _world.Seconds(30);
        Assert.Equal(ReplyKind.Ok, _world.Resend(id).Outcome.Kind);
        return id;
    }
}
