using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Judging a code.</summary>
internal static partial class PhoneAliasRules
{
    /// <summary>Judges a code.</summary>
    /// <param name="state">The state.</param>
    /// <param name="id">The verification.</param>
    /// <param name="command">Low bits of the command id.</param>
    /// <param name="matchedSend">The send whose MAC the typed code matches, or null.</param>
    /// <param name="terms">Time and policy.</param>
    internal static PhoneAliasDecision Check(PhoneAliasState state, VerificationId id, ulong command, int? matchedSend, RuleTerms terms)
    {
        if (Find(state, id) is not { } verification)
        {
            return Refuse(state, new PhoneAliasOutcome(ReplyKind.NotFound));
        }

        if (IsAmong(verification.CheckCommands, command))
        {
            // Only a wrong code leaves a verification live.
            return Refuse(state, new PhoneAliasOutcome(ReplyKind.Ok) { Live = verification, Valid = false });
        }

        if (IsOver(verification, terms.Now))
        {
            return Refuse(state, Over(verification));
        }

        var wait = SecondsUntil(CheckNotBefore(state, verification.Channel, terms), terms.Now);
        if (wait > 0)
        {
            return Refuse(state, PhoneAliasOutcome.Limited(PhoneAliasWords.CheckWait, 1, wait, wait));
        }

        var judged = verification with { CheckCommandsOrNull = [.. verification.CheckCommands, command] };
        return Array.Exists(TakenCodes(state, verification, terms), c => c.Send == matchedSend)
            ? Approve(state, judged, terms.Now)
            : Fail(state, judged, terms);
    }

    /// <summary>The answer that an ended verification remembers for a command, or that it has ended.</summary>
    internal static PhoneAliasOutcome CheckEnded(EndedVerification ended, ulong command) => IsAmong(ended.Verification.CheckCommands, command)
        ? new PhoneAliasOutcome(ReplyKind.Ok) { Ended = ended, Valid = ended.Status == VerificationStatus.Approved && ended.Verification.CheckCommands[^1] == command }
        : new PhoneAliasOutcome(ReplyKind.Ended) { Ended = ended };

    private static PhoneAliasDecision Approve(PhoneAliasState state, LiveVerification verification, long now)
    {
        var draft = new AliasDraft(state);
        var ended = draft.End(verification, VerificationStatus.Approved, reason: null, now);

        // The declared clear: whoever holds the device is not the one who guessed, and got the message. The day's failures stay counted.
        draft.State = draft.State with { VerifiedAt = now, ChannelsOrNull = null, LastMessagesOrNull = SpacingsWithout(draft.State, verification.PurposeOrNull) };
        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok) { Ended = ended, Valid = true });
    }

    private static PhoneAliasDecision Fail(PhoneAliasState state, LiveVerification verification, RuleTerms terms)
    {
        var draft = new AliasDraft(state) { State = CountFailure(state, verification, terms) };
        var failed = verification with { FailedChecks = verification.FailedChecks + 1 };
        if (TriesLeft(state, verification, terms) == 1)
        {
            var ended = draft.End(failed, VerificationStatus.AttemptsExhausted, reason: null, terms.Now);
            ExtendAll(draft, state, terms);
            return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok) { Ended = ended, Valid = false });
        }

        draft.Put(failed);
        ExtendAll(draft, state, terms);
        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok) { Live = Array.Find(draft.State.Live, v => v.Is(failed.PackedId)), Valid = false });
    }

    /// <summary>Counts a wrong try against the alias and the channel, and imposes the waits that follow from it.</summary>
    private static PhoneAliasState CountFailure(PhoneAliasState state, LiveVerification verification, RuleTerms terms)
    {
        var (now, channel) = (terms.Now, verification.Channel);
        FailureMark[] failures = [.. state.Failures.Where(f => f.At > now - PhoneAliasLimits.Day), new FailureMark(now, channel, Math.Max(0, TakenCodes(state, verification, terms).Length - 1))];
        var old = Array.Find(state.Channels, c => c.Channel == channel);
        var record = new ChannelRecord(channel, old.Consecutive + 1, Math.Max(old.CheckNotBefore, now + WaitAfter(state, failures, channel, old.Consecutive + 1, terms)));
        return state with { FailuresOrNull = failures, ChannelsOrNull = [.. state.Channels.Where(c => c.Channel != channel), record] };
    }

    /// <summary>
    /// The wait that a wrong try imposes on checks of its channel: the ladder, and from 100 in a row the pause, then an hour for each. In strict mode none: the next message waits instead.
    /// </summary>
    private static long WaitAfter(PhoneAliasState state, FailureMark[] failures, Channel channel, int consecutive, RuleTerms terms)
    {
        var inRow = failures.Count(f => f.Channel == channel && f.At > state.VerifiedAt);
        var step = inRow - PhoneAliasLimits.LadderStart;
        return consecutive switch
        {
            PhoneAliasLimits.PauseAfter => PhoneAliasLimits.Pause,
            > PhoneAliasLimits.PauseAfter => PhoneAliasLimits.LongestWait,
            _ when step < 0 || StrictStep(state, failures, terms) > 0 => 0,
            _ => Math.Min(PhoneAliasLimits.FirstWait << Math.Min(step, 16), PhoneAliasLimits.LongestWait),
        };
    }

    /// <summary>A new wait stops the clock of every code it blocks, within <see cref="PhoneAliasLimits.MostExtension"/>.</summary>
    private static void ExtendAll(AliasDraft draft, PhoneAliasState before, RuleTerms terms)
    {
        foreach (var verification in draft.State.Live)
        {
            var until = CheckNotBefore(draft.State, verification.Channel, terms);
            var added = until - Math.Max(terms.Now, CheckNotBefore(before, verification.Channel, terms));
            if (added > 0)
            {
                var codes = Array.ConvertAll(verification.Codes, c => Extend(c, added, until));
                draft.Put(verification with { CodesOrNull = codes, ExpiresAt = codes.Max(c => c.ExpiresAt) });
            }
        }
    }

    private static CodeEntry Extend(CodeEntry code, long added, long until)
    {
        var granted = (int)Math.Min(added, PhoneAliasLimits.MostExtension - code.Extended);
        return code.ExpiresAt + granted > until
            ? code with { ExpiresAt = code.ExpiresAt + granted, Extended = code.Extended + granted }
            : code;
    }

    /// <summary>The answer about a verification whose time is over while its end is not written yet: the poller writes it.</summary>
    private static PhoneAliasOutcome Over(LiveVerification verification) => new(ReplyKind.Ended)
    {
        Ended = new EndedVerification { Verification = verification with { CodesOrNull = null }, Status = VerificationStatus.Expired, EndedAt = verification.ExpiresAt },
    };
}
