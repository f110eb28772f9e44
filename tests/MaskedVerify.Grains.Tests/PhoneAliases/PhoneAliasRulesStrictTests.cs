using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

public sealed class PhoneAliasRulesStrictTests
{
    private readonly AliasWorld _world = new(new TenantPolicy { SendsPerHour = 5_000, SendsPerDay = 5_000, ResendSpacingSeconds = 0 });

    [Fact]
    public void Check_OnceTheDaysTriesAreUsed_IsJudgedAtOnceAndEndsItsVerification()
    {
        Fail(20);
        _world.Seconds(300);
        var id = _world.Started();

        Assert.Equal((0, 1), (_world.Next(id).CheckAfterSeconds, _world.Next(id).ChecksRemaining));
        Assert.False(_world.Check(id, null).Outcome.Valid);
        Assert.Equal(VerificationStatus.AttemptsExhausted, _world.Ended[id].Status);
    }

    [Fact]
    public void Start_OnceTheDaysTriesAreUsed_IsSpacedUpToAnHour()
    {
        Fail(20);
        var waits = new List<int?>();
        for (var i = 0; i < 6; i++)
        {
            var limit = _world.Start().Outcome.Limit;
            Assert.Equal("strict-spacing", limit?.Name);
            waits.Add(limit?.RetryAfterSeconds);
            _world.Seconds(limit!.RetryAfterSeconds - 1);
            Assert.Equal(ReplyKind.RateLimited, _world.Start().Outcome.Kind);
            _world.Seconds(1);
            _world.Check(_world.Started(), null);
        }

        Assert.Equal([300, 600, 1_200, 2_400, 3_600, 3_600], waits);
    }

    [Fact]
    public void Start_OnceTheDaysTriesAreUsed_IsSpacedFromTheLastMessageOfAnyPurposeAndChannel()
    {
        Fail(20);
        _world.Seconds(300);
        var id = _world.Started(AliasWorld.Request("login"));

        Assert.Equal(300, _world.Start(AliasWorld.Request("pay")).Outcome.Limit?.RetryAfterSeconds);
        Assert.Equal("strict-spacing", _world.Resend(id, Channel.Voice).Outcome.Limit?.Name);
        Assert.Null(_world.Next(id).ResendAfterSeconds);
    }

    [Fact]
    public void Check_WhenTheOwnerSucceedsInStrictMode_EndsTheWaitAndNotTheMode()
    {
        Fail(20);
        _world.Seconds(300);
        var own = _world.Started();
        _world.Seconds(1);
        Assert.True(_world.Check(own, 1).Outcome.Valid);

        var id = _world.Started();
        Assert.Equal(1, _world.Next(id).ChecksRemaining);
        Assert.Equal("strict-spacing", _world.Start(AliasWorld.Request("pay")).Outcome.Limit?.Name);
    }

    [Fact]
    public void Resend_InStrictMode_LeavesOneValidCode()
    {
        var id = _world.Started(AliasWorld.Request(resend: ResendPolicy.KeepPreviousUntilAccepted, ttl: 600));
        Fail(20, but: id);
        _world.Seconds(300);

        Assert.Equal(ReplyKind.Ok, _world.Resend(id).Outcome.Kind);

        Assert.Equal(2, Assert.Single(_world.Live(id).Codes).Send);
    }

    [Fact]
    public void Check_AgainstTwoValidCodes_CountsTwice()
    {
        for (var i = 0; i < 2; i++)
        {
            var id = _world.Started(AliasWorld.Request(resend: ResendPolicy.KeepPreviousUntilAccepted, ttl: 600));
            _world.Resend(id);
            for (var tries = 0; tries < 5; tries++)
            {
                _world.Seconds(_world.Next(id).CheckAfterSeconds);
                Assert.False(PhoneAliasRules.IsStrict(_world.State, _world.Terms));
                Assert.False(_world.Check(id, null).Outcome.Valid);
            }
        }

        Assert.Equal((10, true), (PhoneAliasRules.Checks(_world.State, _world.Terms).FailuresToday, PhoneAliasRules.IsStrict(_world.State, _world.Terms)));
    }

    [Property(MaxTest = 60)]
    public void Start_BelowAHundredInARow_IsFreeWithinAnHourAndItsCodeIsJudgedAtOnce(byte tries, ushort seconds, bool voice)
    {
        var world = new AliasWorld(_world.Policy);
        for (var i = 0; i < tries % 99; i++)
        {
            world.FailOnce(voice && i < 15 && i % 3 == 0 ? Channel.Voice : Channel.Sms);
        }

        world.Seconds(seconds % 3_000);
        var refused = world.Start();
        var waited = refused.Outcome.Limit?.RetryAfterSeconds ?? 0;
        world.Seconds(waited);
        var id = refused.Outcome.Kind == ReplyKind.Ok ? world.Ids[^1] : world.Started();
        var more = world.Next(id).CheckAfterSeconds;
        world.Seconds(more);

        Assert.InRange(waited + more, 0, 3_600);
        Assert.True(world.Check(id, 1).Outcome.Valid);
    }

    /// <summary>
    /// The sum that the limits are chosen for: somebody who has the shortest code guessed at every moment that the rules allow, on all channels, for a year, while the owner succeeds once a day.
    /// Each try against N valid codes of six digits is right with N in a million.
    /// </summary>
    [Theory]
    [InlineData(ResendPolicy.Rotate, true)]
    [InlineData(ResendPolicy.Reuse, true)]
    [InlineData(ResendPolicy.KeepPreviousUntilAccepted, true)]
    [InlineData(ResendPolicy.KeepPreviousUntilAccepted, false)]
    public void Check_WhenSomebodyGuessesForAYear_IsRightInLessThanOneOfAHundredYears(ResendPolicy resend, bool atOnce)
    {
        const long End = 365 * PhoneAliasLimits.Day;
        var guesser = new Guesser(_world, resend);
        var (start, ownersDay) = (_world.Now, _world.Now);
        while (_world.Now - start < End)
        {
            if (_world.Now >= ownersDay && guesser.OwnerSucceeds())
            {
                ownersDay += PhoneAliasLimits.Day;
            }

            guesser.TryAll();

            // Or else: as many as the day allows in one burst, then nothing until the day has forgotten them.
            _world.Now += !atOnce && PhoneAliasRules.IsStrict(_world.State, _world.Terms) ? PhoneAliasLimits.Day : guesser.Wait();
            _world.Ended.Clear();
            _world.Ids.RemoveAll(id => PhoneAliasRules.Find(_world.State, id) is null);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{guesser.Chance:P3} a year");
        Assert.InRange(guesser.Chance, 0.004, 0.01);
    }

    private void Fail(int times, VerificationId but = default)
    {
        for (var i = 0; i < times; i++)
        {
            if (but.IsNone)
            {
                _world.FailOnce();
                continue;
            }

            // Another verification takes the wrong codes, without waits: the day's count alone matters.
            _world.State = _world.State with { FailuresOrNull = [.. _world.State.Failures, new FailureMark(_world.Now, Channel.Voice)] };
        }
    }

    private sealed class Guesser(AliasWorld world, ResendPolicy resend)
    {
        private static readonly Channel[] s_channels = [Channel.Sms, Channel.Voice];
        private int _purposes;

        internal double Chance { get; private set; }

        internal bool OwnerSucceeds()
        {
            if (world.Start(AliasWorld.Request("owner")).Outcome.Kind != ReplyKind.Ok)
            {
                return false;
            }

            world.Seconds(1);
            return world.Next(world.Ids[^1]).CheckAfterSeconds == 0 && world.Check(world.Ids[^1], 1).Outcome.Valid == true;
        }

        internal void TryAll()
        {
            for (var isActing = true; isActing;)
            {
                isActing = world.Start(AliasWorld.Request($"p{_purposes++ % 5}", resend, ttl: 600)).Outcome.Kind == ReplyKind.Ok;
                foreach (var verification in world.State.Live)
                {
                    var id = PackedIds.Verification(verification.PackedId, world.State.Alias);
                    isActing |= s_channels.Any(c => world.Resend(id, c).Outcome.Kind == ReplyKind.Ok);
                    isActing |= Try(id);
                }
            }
        }

        /// <summary>Milliseconds until something may be done again.</summary>
        internal long Wait()
        {
            var seconds = world.Start(AliasWorld.Request("wait")).Outcome.Limit?.RetryAfterSeconds ?? 1;
            foreach (var verification in world.State.Live)
            {
                var next = world.Next(PackedIds.Verification(verification.PackedId, world.State.Alias));
                seconds = next.CheckAfterSeconds > 0 ? Math.Min(seconds, next.CheckAfterSeconds) : seconds;
                seconds = next.ResendAfterSeconds is > 0 and var after ? Math.Min(seconds, after) : seconds;
            }

            return Math.Max(1, seconds) * 1_000L;
        }

        private bool Try(VerificationId id)
        {
            if (PhoneAliasRules.Find(world.State, id) is not { } verification)
            {
                return false;
            }

            var codes = verification.Codes.Count(c => world.TryCheck(id, c.Send, world.Now).Outcome.Valid == true);
            if (world.Check(id, null).Outcome is not { Kind: ReplyKind.Ok })
            {
                return false;
            }

            Chance += codes / 1e6;
            return true;
        }
    }
}
