using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>The <c>next</c> block against what the next call really does.</summary>
public sealed class PhoneAliasRulesNextTests
{
    [Property(Arbitrary = [typeof(AliasHistories)], MaxTest = 400)]
    public void Next_AfterAnyHistory_TellsTheTruthAboutCheck(AliasHistory history)
    {
        var world = new AliasWorld(history.Policy);
        foreach (var step in history.Steps)
        {
            AliasHistory.Play(world, step);
            foreach (var id in world.Ids.TakeLast(6))
            {
                AssertCheck(world, id);
            }
        }
    }

    [Property(Arbitrary = [typeof(AliasHistories)], MaxTest = 400)]
    public void Next_AfterAnyHistory_TellsTheTruthAboutResend(AliasHistory history)
    {
        var world = new AliasWorld(history.Policy);
        foreach (var step in history.Steps)
        {
            AliasHistory.Play(world, step);
            world.Guard = new GuardCounts(step.B % 13, step.B % 45);
            foreach (var id in world.Ids.TakeLast(6))
            {
                AssertResend(world, id);
            }
        }
    }

    [Property(Arbitrary = [typeof(AliasHistories)], MaxTest = 400)]
    public void Next_AfterAnyHistory_CountsTheTriesThatAreLeft(AliasHistory history)
    {
        var world = new AliasWorld(history.Policy);
        foreach (var step in history.Steps)
        {
            AliasHistory.Play(world, step);
        }

        foreach (var id in world.Ids.TakeLast(3))
        {
            AssertRemaining(world, id);
        }
    }

    private static void AssertCheck(AliasWorld world, VerificationId id)
    {
        var next = world.Next(id);
        var after = next.CheckAfterSeconds * 1_000L;
        if (PhoneAliasRules.Find(world.State, id) is not { } verification || PhoneAliasRules.IsOver(verification, world.Now))
        {
            Assert.False(next.MayCheck);
            Assert.Equal(ReplyKind.Ended, world.TryCheck(id, null, world.Now).Outcome.Kind);
            return;
        }

        if (after > 0)
        {
            Assert.Equal(ReplyKind.RateLimited, world.TryCheck(id, null, world.Now).Outcome.Kind);
            Assert.Equal(next.CheckAfterSeconds, world.TryCheck(id, null, world.Now).Outcome.Limit?.RetryAfterSeconds);
            Assert.NotEqual(ReplyKind.Ok, world.TryCheck(id, null, world.Now + after - 1_000).Outcome.Kind);
        }

        Assert.Equal(next.MayCheck ? ReplyKind.Ok : ReplyKind.Ended, world.TryCheck(id, null, world.Now + after).Outcome.Kind);
        Assert.NotEqual(ReplyKind.Ok, world.TryCheck(id, null, verification.ExpiresAt).Outcome.Kind);

        // Whole seconds: what opens only within the last second of a verification is told as "never".
        var late = Math.Max(world.Now, verification.ExpiresAt - (next.MayCheck ? 1 : 1_000));
        Assert.Equal(next.MayCheck, world.TryCheck(id, null, late).Outcome.Kind == ReplyKind.Ok);
    }

    private static void AssertResend(AliasWorld world, VerificationId id)
    {
        var next = world.Next(id);
        Assert.Equal(next.MayResend, next.ResendAfterSeconds == 0);
        Assert.Equal(next.MayResend, world.TryResend(id, null, world.Now).Outcome.Kind == ReplyKind.Ok);
        if (next.ResendAfterSeconds is > 0 and var seconds)
        {
            Assert.NotEqual(ReplyKind.Ok, world.TryResend(id, null, world.Now + (seconds * 1_000L) - 1_000).Outcome.Kind);

            // The number's cap is not foretold: others may send meanwhile. It is asked again then.
            world.Guard = default;
            Assert.Equal(ReplyKind.Ok, world.TryResend(id, null, world.Now + (seconds * 1_000L)).Outcome.Kind);
        }
        else if (next.ResendAfterSeconds is null && PhoneAliasRules.Find(world.State, id) is { } verification)
        {
            Assert.NotEqual(ReplyKind.Ok, world.TryResend(id, null, Math.Max(world.Now, verification.ExpiresAt - 1_000)).Outcome.Kind);
        }
    }

    private static void AssertRemaining(AliasWorld world, VerificationId id)
    {
        var remaining = world.Next(id).ChecksRemaining;
        for (var left = remaining; left > 0; left--)
        {
            var next = world.Next(id);
            if (!next.MayCheck)
            {
                return;
            }

            if (next.ChecksRemaining > left)
            {
                // A wrong try has left the day during a wait.
                return;
            }

            Assert.Equal(left, next.ChecksRemaining);
            world.Seconds(next.CheckAfterSeconds);
            Assert.Equal(ReplyKind.Ok, world.Check(id, null).Outcome.Kind);
        }

        Assert.False(world.Next(id).MayCheck);
        Assert.Null(PhoneAliasRules.Find(world.State, id) is { } live && !PhoneAliasRules.IsOver(live, world.Now) && remaining > 0 ? live : null);
    }
}
