using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What may be done next.</summary>
internal static partial class PhoneAliasRules
{
    private static readonly NextSteps Nothing = new(MayCheck: false, CheckAfterSeconds: 0, ChecksRemaining: 0, MayResend: false, ResendAfterSeconds: null);

    /// <summary>
    /// What the next check and the next resend (without a channel) will do if nothing else happens: at <c>now</c>, and once the given seconds are over.
    /// <c>MayCheck</c> false with <c>CheckAfterSeconds</c> above 0: the wait outlives the verification. What depends on the installation (no route,
    /// tenant quota, storage away) is not foretold. <paramref name="guard"/>: needed only when <see cref="NeedsGuard"/>.
    /// </summary>
    internal static NextSteps Next(PhoneAliasState state, LiveVerification verification, GuardCounts? guard, RuleTerms terms)
    {
        if (IsOver(verification, terms.Now))
        {
            return Nothing;
        }

        var wait = SecondsUntil(CheckNotBefore(state, verification.Channel, terms), terms.Now);
        var mayCheck = terms.Now + (wait * PhoneAliasLimits.Second) < verification.ExpiresAt;
        var remaining = mayCheck ? TriesLeft(state, verification, terms) : 0;
        var resendAfter = ResendAfter(state, verification, guard, terms);
        return new NextSteps(mayCheck, wait, remaining, resendAfter == 0, resendAfter);
    }

    /// <summary>Whether the number's cap decides what may be done next: everything else would let a resend pass now.</summary>
    internal static bool NeedsGuard(PhoneAliasState state, LiveVerification verification, RuleTerms terms) =>
        JudgeResend(state, verification, channel: null, guard: null, terms) is null;

    private static int? ResendAfter(PhoneAliasState state, LiveVerification verification, GuardCounts? guard, RuleTerms terms)
    {
        if (JudgeDestination(state.Destination, verification.Channel, terms.Policy, terms.IsLive) is not null)
        {
            return null;
        }

        var barrier = ResendBarrier(state, verification, verification.Channel, guard, terms);
        if (barrier is null)
        {
            return 0;
        }

        if (barrier.Value.FreeAt == SendBarrier.Never)
        {
            return null;
        }

        var seconds = SecondsUntil(barrier.Value.FreeAt, terms.Now);
        return terms.Now + (seconds * PhoneAliasLimits.Second) < verification.ExpiresAt ? seconds : null;
    }
}
