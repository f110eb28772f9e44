using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Results of submits, and delivery receipts.</summary>
internal static partial class PhoneAliasRules
{
    private const int LongestMessageId = 128;
    private const int LongestReason = 48;

    /// <summary>Whether a result makes a live verification look for another route, so that a plan is needed to decide.</summary>
    internal static bool WantsNextRoute(PhoneAliasState state, AttemptReport report, RuleTerms terms) =>
        Find(state, report.Id) is { } verification && AttemptAt(verification, report.Attempt) is { } attempt
        && attempt.Status.MayBecome(StatusOf(report.Error)) && MovesOn(report.Error, terms)
        && MayClaimNext(verification, report.Attempt, terms.Now);

    /// <summary>A submit ended. May wait for the next commit unless it claims another route or ends the verification.</summary>
    /// <param name="state">The state.</param>
    /// <param name="report">How it ended.</param>
    /// <param name="plan">Routes for the attempt's channel; needed when <see cref="WantsNextRoute"/>; null: there is no other route.</param>
    /// <param name="terms">Time and policy.</param>
    internal static PhoneAliasDecision AttemptReported(PhoneAliasState state, AttemptReport report, RoutePlan? plan, RuleTerms terms)
    {
        var draft = new AliasDraft(state);
        AddReceiptMap(draft, report, terms.Now);
        if (Find(state, report.Id) is not { } verification || AttemptAt(verification, report.Attempt) is not { } attempt
            || !attempt.Status.MayBecome(StatusOf(report.Error)))
        {
            return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok), isUrgent: false);
        }

        if (report.Error == (int)CarrierError.Throttled && report.ClaimedAt != 0 && report.ClaimedAt != attempt.At)
        {
            // Told twice: the attempt is tried again already.
            return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok), isUrgent: false);
        }

        var result = Advance(attempt, report);
        var next = VoidCodesBefore(WithAttempt(verification, report.Attempt, result), result);
        if (MovesOn(report.Error, terms) && MayClaimNext(verification, report.Attempt, terms.Now)
            && NextRoute(next, result, plan) is { } route)
        {
            return ClaimNext(draft, next, result, route, plan, PhoneAliasWords.Of((CarrierError)report.Error), terms);
        }

        if (RouteAgain(verification, report, plan, terms.Now) is { } same)
        {
            return ClaimAgain(draft, verification, report.Attempt, same, terms);
        }

        if (NeverLeft(next, result))
        {
            draft.Return(next, result);
        }

        if (!IsOver(next, terms.Now) && !HasHope(next))
        {
            var ended = draft.End(next, VerificationStatus.Undeliverable, PhoneAliasWords.NoRoute, terms.Now);
            return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok) { Ended = ended });
        }

        next = Tidy(next, terms.Policy);
        draft.Put(next);
        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok) { Live = next }, isUrgent: false);
    }

    /// <summary>The same for a verification that has ended: its outcome gets the news.</summary>
    internal static PhoneAliasDecision AttemptReportedLate(PhoneAliasState state, EndedVerification ended, AttemptReport report, RuleTerms terms)
    {
        var draft = new AliasDraft(state);
        AddReceiptMap(draft, report, terms.Now);
        if (AttemptAt(ended.Verification, report.Attempt) is { } attempt && attempt.Status.MayBecome(StatusOf(report.Error)))
        {
            var result = Advance(attempt, report);
            var news = ended with { Verification = WithAttempt(ended.Verification, report.Attempt, result) };
            draft.News(news);
            if (NeverLeft(news.Verification, result))
            {
                draft.Return(news.Verification, result);
            }
        }

        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok), isUrgent: false);
    }

    /// <summary>A ticket was taken by the pump. Shown at once, written with the next commit.</summary>
    internal static PhoneAliasState Queued(PhoneAliasState state, VerificationId id, int index)
    {
        if (Find(state, id) is not { } verification || AttemptAt(verification, index) is not { Status: AttemptStatus.Claimed } attempt)
        {
            return state;
        }

        var draft = new AliasDraft(state);
        draft.Put(WithAttempt(verification, index, attempt with { Status = AttemptStatus.Queued }));
        return draft.State;
    }

    /// <summary>A delivery receipt for a live verification.</summary>
    internal static PhoneAliasDecision ReceiptArrived(PhoneAliasState state, ReceiptNews news, RuleTerms terms)
    {
        var draft = new AliasDraft(state);
        draft.Add(new ReceiptAppliedRow(news.Carrier, news.MessageId, news.Id, news.Attempt, news.State));
        if (Find(state, news.Id) is { } verification && AttemptAt(verification, news.Attempt) is { } attempt && attempt.Status.MayBecome(news.State))
        {
            var result = Advance(attempt, news.State, news.Reason);
            draft.Put(Tidy(VoidCodesBefore(WithAttempt(verification, news.Attempt, result), result), terms.Policy));
        }

        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok) { Live = Find(draft.State, news.Id) });
    }

    /// <summary>A delivery receipt for an ended verification; its status never changes, its attempt does.</summary>
    internal static PhoneAliasDecision ReceiptArrivedLate(PhoneAliasState state, EndedVerification? ended, ReceiptNews news)
    {
        var draft = new AliasDraft(state);
        draft.Add(new ReceiptAppliedRow(news.Carrier, news.MessageId, news.Id, news.Attempt, news.State));
        if (ended is not null && AttemptAt(ended.Verification, news.Attempt) is { } attempt && attempt.Status.MayBecome(news.State))
        {
            draft.News(ended with { Verification = WithAttempt(ended.Verification, news.Attempt, Advance(attempt, news.State, news.Reason)) });
        }

        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok));
    }

    /// <summary>An ended verification after receipts that the store took for it; each moves its attempt forward or changes nothing.</summary>
    internal static EndedVerification WithReceipts(EndedVerification ended, IReadOnlyList<LateReceipt> receipts)
    {
        foreach (var receipt in receipts)
        {
            if (AttemptAt(ended.Verification, receipt.Attempt) is { } attempt && attempt.Status.MayBecome(receipt.State))
            {
                ended = ended with { Verification = WithAttempt(ended.Verification, receipt.Attempt, Advance(attempt, receipt.State, receipt.Reason)) };
            }
        }

        return ended;
    }

    /// <summary>Whether every attempt of a send was refused before anything left. What nobody knows may have left.</summary>
    private static bool NeverLeft(LiveVerification verification, AttemptEntry attempt) =>
        verification.Attempts.All(a => a.Send != attempt.Send || a.Status == AttemptStatus.Rejected);

    private static AttemptEntry? AttemptAt(LiveVerification verification, int index) =>
        index >= 0 && index < verification.Attempts.Length ? verification.Attempts[index] : null;

    private static LiveVerification WithAttempt(LiveVerification verification, int index, AttemptEntry attempt)
    {
        var attempts = (AttemptEntry[])verification.Attempts.Clone();
        attempts[index] = attempt;
        return verification with { AttemptsOrNull = attempts };
    }

    private static AttemptStatus StatusOf(int error) => (CarrierError)error switch
    {
        CarrierError.None => AttemptStatus.Accepted,
        CarrierError.NoAnswer or CarrierError.Garbled => AttemptStatus.Unknown,
        _ => AttemptStatus.Rejected,
    };

    private static bool MovesOn(int error, RuleTerms terms) => StatusOf(error) switch
    {
        AttemptStatus.Rejected => true,
        AttemptStatus.Unknown => terms.Policy.ResendUnknown,
        _ => false,
    };

    private static AttemptEntry Advance(AttemptEntry attempt, AttemptReport report) => attempt with
    {
        Status = StatusOf(report.Error),
        Segments = report.Segments > 0 ? report.Segments : attempt.Segments,
        Why = report.Error == (int)CarrierError.None ? attempt.Why : PhoneAliasWords.Of((CarrierError)report.Error),
    };

    private static AttemptEntry Advance(AttemptEntry attempt, AttemptStatus state, string? reason) => attempt with
    {
        Status = state,
        Why = state is AttemptStatus.Undelivered or AttemptStatus.Rejected && IsWord(reason) ? reason : attempt.Why,
    };

    /// <summary>A carrier's words never pass: only a short machine word does.</summary>
    private static bool IsWord(string? reason) =>
        reason is { Length: > 0 and <= LongestReason } && reason.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    private static void AddReceiptMap(AliasDraft draft, AttemptReport report, long now)
    {
        if (report.Error == (int)CarrierError.None && report.MessageId is { Length: > 0 and <= LongestMessageId } messageId)
        {
            draft.Add(new ReceiptMapRow(
                report.Carrier, messageId, draft.State.Alias, report.Id, report.Attempt, report.SubmittedAt, Time(now) + PhoneAliasLimits.ReceiptRetention));
        }
    }
}

/// <summary>A delivery receipt on its way to an attempt.</summary>
internal sealed record ReceiptNews(VerificationId Id, int Attempt, CarrierId Carrier, string MessageId, AttemptStatus State, string? Reason);
