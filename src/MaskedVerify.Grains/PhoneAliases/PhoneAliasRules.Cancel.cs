using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Cancelling.</summary>
internal static partial class PhoneAliasRules
{
    /// <summary>Ends a live verification.</summary>
    internal static PhoneAliasDecision Cancel(PhoneAliasState state, VerificationId id, RuleTerms terms)
    {
        if (Find(state, id) is not { } verification)
        {
            return Refuse(state, new PhoneAliasOutcome(ReplyKind.NotFound));
        }

        if (IsOver(verification, terms.Now))
        {
            return Refuse(state, Over(verification));
        }

        var draft = new AliasDraft(state);
        var ended = draft.End(verification, VerificationStatus.Canceled, PhoneAliasWords.CanceledByCaller, terms.Now);
        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok) { Ended = ended });
    }

    /// <summary>Repeating a cancel changes nothing; any other end stands.</summary>
    internal static PhoneAliasOutcome CancelEnded(EndedVerification ended) =>
        new(ended.Status == VerificationStatus.Canceled ? ReplyKind.Ok : ReplyKind.Ended) { Ended = ended };

    /// <summary>A resend that was done before its verification ended is still answered.</summary>
    internal static PhoneAliasOutcome ResendEnded(EndedVerification ended, ulong command) =>
        new(IsAmong(ended.Verification.ResendCommands, command) ? ReplyKind.Ok : ReplyKind.Ended) { Ended = ended };
}
