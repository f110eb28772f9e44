using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Steps that must happen even after a crash.</summary>
internal static partial class PhoneAliasRules
{
    /// <summary>Whether a step would look for another route, so that a plan is needed to decide.</summary>
    internal static bool DueWantsNextRoute(PhoneAliasState state, VerificationId id, RuleTerms terms) =>
        terms.Policy.ResendUnknown && Find(state, id) is { } verification && !IsOver(verification, terms.Now)
        && verification.Attempts is [.., var last] && IsForgotten(last, terms.Now)
        && MayClaimNext(verification, verification.Attempts.Length - 1, terms.Now);

    /// <summary>Expires the verification, gives up claims without a result, and says when to come again. Coming early changes nothing.</summary>
    internal static PhoneAliasDecision Due(PhoneAliasState state, VerificationId id, RoutePlan? plan, RuleTerms terms)
    {
        var draft = new AliasDraft(state);
        if (Find(state, id) is not { } verification)
        {
            draft.Add(new DueDoneRow(id));
            return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok));
        }

        if (IsOver(verification, terms.Now))
        {
            var expired = GiveUp(verification, terms.Now);
            var ended = draft.End(expired, VerificationStatus.Expired, reason: null, terms.Now);
            return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok) { Ended = ended });
        }

        var wantsNext = DueWantsNextRoute(state, id, terms);
        var next = GiveUp(verification, terms.Now);
        if (wantsNext && NextRoute(next, next.Attempts[^1], plan) is { } route)
        {
            return ClaimNext(draft, next, next.Attempts[^1], route, plan, PhoneAliasWords.NoResult, terms);
        }

        next = Tidy(next, terms.Policy);
        draft.Put(next);
        if (NextDue(next) == NextDue(verification))
        {
            // The poller has hidden the row for a while: put it back to its time.
            draft.Add(new DueRow(id, state.Alias, Time(NextDue(next))));
        }

        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok) { Live = next });
    }

    private static bool IsForgotten(AttemptEntry attempt, long now) => attempt.IsAwaited && now >= attempt.At + PhoneAliasLimits.ClaimTimeout;

    private static LiveVerification GiveUp(LiveVerification verification, long now) =>
        Array.Exists(verification.Attempts, a => IsForgotten(a, now))
            ? verification with
            {
                AttemptsOrNull = Array.ConvertAll(
                    verification.Attempts, a => IsForgotten(a, now) ? a with { Status = AttemptStatus.Unknown, Why = PhoneAliasWords.NoResult } : a),
            }
            : verification;
}
