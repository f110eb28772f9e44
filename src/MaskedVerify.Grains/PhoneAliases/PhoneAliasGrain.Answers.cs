using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>From outcomes to answers.</summary>
internal sealed partial class PhoneAliasGrain
{
    private static readonly VerificationReply Unauthenticated = new(ReplyKind.Unauthenticated);
    private static readonly VerificationReply NotFound = new(ReplyKind.NotFound);
    private static readonly VerificationReply Unavailable = new(ReplyKind.Unavailable);

    /// <summary>Seconds that <c>next</c> asks to wait for a resend while the number's cap cannot be read: a resend would be refused too.</summary>
    private const int GuardAwaySeconds = 10;

    /// <summary>Turns what is away into an answer. Nothing was written, or a repeated command finds what was.</summary>
    private async Task<VerificationReply> AnswerAsync(string command, Func<Task<VerificationReply>> act)
    {
        VerificationReply reply;
        try
        {
            reply = _isLost ? Unavailable : await act();
        }
        catch (Exception error) when (IsAway(error))
        {
            reply = Unavailable;
        }

        _tools.Metrics.Refused(command, reply);
        return reply;
    }

    /// <summary>Whether something that a command needs does not answer; logged without user data.</summary>
    private bool IsAway(Exception error)
    {
        switch (error)
        {
            case KeyManagementException:
                LogKeysAway(_key);
                return true;
            case SealBrokenException:
                LogSealBroken(_key);
                return true;
            case TimeoutException or OrleansException or GrainFaultException or OperationCanceledException:
                LogCallFailed(_key, error.GetType().Name);
                return true;
            default:
                if (StorageFailure.Of(error) is null)
                {
                    return false;
                }

                LogStorageAway(_key);
                return true;
        }
    }

    private async ValueTask<VerificationReply> ReplyAsync(PhoneAliasState state, PhoneAliasOutcome outcome, RuleTerms terms)
    {
        var view = outcome switch
        {
            { Live: { } live } => await ViewAsync(state, live, terms),
            { Ended: { } ended } => PhoneAliasViews.Of(state, ended),
            _ => null,
        };
        return new VerificationReply(outcome.Kind, view, outcome.Valid, outcome.Limit, outcome.Pointer, outcome.Detail);
    }

    /// <summary>The verification with a <c>next</c> that is true: the number's cap is asked only when everything else would let a resend pass.</summary>
    private async ValueTask<VerificationView> ViewAsync(PhoneAliasState state, LiveVerification live, RuleTerms terms)
    {
        if (!PhoneAliasRules.NeedsGuard(state, live, terms))
        {
            return PhoneAliasViews.Of(state, live, PhoneAliasRules.Next(state, live, guard: null, terms), terms.Now);
        }

        try
        {
            var number = await OpenNumberAsync(state);
            var counts = await ReadGuardAsync(_tools.Hashes.Guard(number, terms.IsLive));
            return PhoneAliasViews.Of(state, live, PhoneAliasRules.Next(state, live, counts, terms), terms.Now);
        }
        catch (Exception error) when (IsAway(error))
        {
            var next = PhoneAliasRules.Next(state, live, guard: null, terms);
            return PhoneAliasViews.Of(state, live, next with { MayResend = false, ResendAfterSeconds = GuardAwaySeconds }, terms.Now);
        }
    }

    /// <summary>The stored answer under a key, or null when the key is free.</summary>
    private async ValueTask<VerificationReply?> ReplayAsync(HeldKey? key) => await _tools.Ledger.FindAsync<VerificationReply>(key) switch
    {
        null => null,
        { IsReused: false, Answer: { } answer } => answer with { Kind = ReplyKind.Replayed },
        _ => new VerificationReply(ReplyKind.KeyReused),
    };

    /// <summary>After a commit that did not become durable.</summary>
    private async ValueTask<VerificationReply> FailedAsync(CommitEnd end, HeldKey? key) => end == CommitEnd.KeyTaken
        ? await ReplayAsync(key) ?? new VerificationReply(ReplyKind.InProgress)
        : Unavailable;
}
