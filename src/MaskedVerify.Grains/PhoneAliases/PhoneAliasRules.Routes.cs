using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Moving on to the next route within one send, with the same code.</summary>
internal static partial class PhoneAliasRules
{
    /// <summary>Only the newest attempt may be followed, while the verification lives and its code is still at hand.</summary>
    private static bool MayClaimNext(LiveVerification verification, int index, long now) =>
        index == verification.Attempts.Length - 1 && !IsOver(verification, now)
        && CodeOf(verification, verification.Attempts[index]) is { Sealed: not null };

    /// <summary>Routes that did not bring a message of a verification, as far as is known.</summary>
    internal static RouteId[] FailedRoutes(LiveVerification verification) =>
        [.. verification.Attempts.Where(a => !a.IsHopeful || a.Status == AttemptStatus.Unknown).Select(a => a.Route)];

    private static PlannedRoute? NextRoute(LiveVerification verification, AttemptEntry failed, RoutePlan? plan) =>
        plan?.Routes.FirstOrDefault(r => !Array.Exists(verification.Attempts, a => a.Send == failed.Send && a.Route == r.Route));

    private static PhoneAliasDecision ClaimNext(
        AliasDraft draft, LiveVerification verification, AttemptEntry failed, PlannedRoute route, RoutePlan? plan, string word, RuleTerms terms)
    {
        var attempt = Claim(failed.Send, failed.Channel, route, terms.Now, PhoneAliasWords.NextRoute + word);
        var next = Tidy(verification with { AttemptsOrNull = [.. verification.Attempts, attempt] }, terms.Policy);
        draft.Put(next);
        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok)
        {
            Live = next,
            Claim = new ClaimedAttempt(next, next.Attempts.Length - 1, CodeOf(next, attempt)?.Send ?? 0, route, failed.Channel, next.Locale)
            {
                IsLastRoute = NextRoute(next, attempt, plan) is null,
            },
        });
    }

    /// <summary>The route of a throttled attempt if it may be tried again there: a throttle is no failure of a route.</summary>
    private static PlannedRoute? RouteAgain(LiveVerification verification, AttemptReport report, RoutePlan? plan, long now) =>
        report.Error == (int)CarrierError.Throttled && report.ClaimedAt == verification.Attempts[report.Attempt].At && verification.Attempts[report.Attempt].IsAwaited
        && now < verification.LastSendAt + PhoneAliasLimits.ThrottledFor && MayClaimNext(verification, report.Attempt, now)
            ? plan?.Routes.FirstOrDefault(r => r.Route == verification.Attempts[report.Attempt].Route)
            : null;

    /// <summary>Renews the claim of an attempt. Its time grows, so that each try is told from the one before.</summary>
    private static PhoneAliasDecision ClaimAgain(AliasDraft draft, LiveVerification verification, int index, PlannedRoute route, RuleTerms terms)
    {
        var attempt = verification.Attempts[index];
        attempt = attempt with { At = Math.Max(terms.Now, attempt.At + 1), Why = PhoneAliasWords.Of(CarrierError.Throttled) };
        var next = Tidy(WithAttempt(verification, index, attempt), terms.Policy);
        draft.Put(next);
        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok)
        {
            Live = next,
            Claim = new ClaimedAttempt(next, index, CodeOf(next, attempt)?.Send ?? 0, route, attempt.Channel, next.Locale) { IsLastRoute = true },
        });
    }

    /// <summary>Whether some message with a code that is still valid may be, or come, on the device.</summary>
    private static bool HasHope(LiveVerification verification) =>
        Array.Exists(verification.Attempts, a => a.IsHopeful && CodeOf(verification, a) is not null);
}
