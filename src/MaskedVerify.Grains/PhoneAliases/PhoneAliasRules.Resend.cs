using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>A resend.</summary>
/// <param name="Id">The verification.</param>
/// <param name="Command">Low bits of the command id.</param>
/// <param name="Channel">Or null: the same channel.</param>
/// <param name="Plan">Routes for the channel.</param>
/// <param name="Guard">What stands against the number.</param>
/// <param name="Code">A fresh code for send <see cref="PhoneAliasRules.NextSend"/>; null under reuse.</param>
internal sealed record ResendCommand(VerificationId Id, ulong Command, Channel? Channel, RoutePlan Plan, GuardEntry Guard, ProtectedCode? Code);

/// <summary>Sending again.</summary>
internal static partial class PhoneAliasRules
{
    /// <summary>Number of the send that a resend would make.</summary>
    internal static int NextSend(LiveVerification verification) => verification.Sends + 1;

    /// <summary>Whether a command has made a resend already.</summary>
    internal static bool IsResent(LiveVerification verification, ulong command) => IsAmong(verification.ResendCommands, command);

    /// <summary>Why a resend is refused, or null. Everything but the plan; without <paramref name="guard"/> everything but the number's cap.</summary>
    internal static PhoneAliasOutcome? JudgeResend(
        PhoneAliasState state, LiveVerification verification, Channel? channel, GuardCounts? guard, RuleTerms terms)
    {
        if (IsOver(verification, terms.Now))
        {
            return Over(verification);
        }

        if (channel is { } wanted && !Enum.IsDefined(wanted))
        {
            return PhoneAliasOutcome.Invalid("/channel", "The channel is sms or voice.");
        }

        if (JudgeDestination(state.Destination, channel ?? verification.Channel, terms.Policy, terms.IsLive) is { } refusal)
        {
            return refusal;
        }

        return ResendBarrier(state, verification, channel ?? verification.Channel, guard, terms) switch
        {
            null => null,

            // This verification never gets another message: the caller may start a new one at any time its limits allow.
            { FreeAt: SendBarrier.Never } never => (never with { FreeAt = verification.ExpiresAt }).ToOutcome(terms.Now),
            { } barrier => barrier.ToOutcome(terms.Now),
        };
    }

    /// <summary>Sends again under the verification's policy.</summary>
    internal static PhoneAliasDecision Resend(PhoneAliasState state, ResendCommand command, RuleTerms terms)
    {
        if (Find(state, command.Id) is not { } verification)
        {
            return Refuse(state, new PhoneAliasOutcome(ReplyKind.NotFound));
        }

        if (IsResent(verification, command.Command))
        {
            return Refuse(state, new PhoneAliasOutcome(ReplyKind.Ok) { Live = verification });
        }

        var refusal = JudgeResend(state, verification, command.Channel, command.Guard.Counts, terms)
            ?? (command.Plan.Routes.Count == 0 ? new PhoneAliasOutcome(ReplyKind.NoRoute) : null);
        return refusal is null ? SendAgain(state, verification, command, terms) : Refuse(state, refusal);
    }

    private static PhoneAliasDecision SendAgain(PhoneAliasState state, LiveVerification verification, ResendCommand command, RuleTerms terms)
    {
        var (now, send) = (terms.Now, NextSend(verification));
        var channel = command.Channel ?? verification.Channel;
        var codes = CodesAfterResend(verification, command.Code, send, CheckNotBefore(state, channel, terms), IsStrict(state, terms), now);
        var next = Tidy(
            verification with
            {
                CodesOrNull = codes,
                AttemptsOrNull = [.. verification.Attempts, Claim(send, channel, command.Plan.Routes[0], now, PhoneAliasWords.Resend)],
                Sends = send,
                LastSendAt = now,
                ResendCommandsOrNull = [.. verification.ResendCommands, command.Command],
            },
            terms.Policy);

        var draft = new AliasDraft(state);
        draft.Put(next);
        draft.State = Count(draft.State, channel, verification.PurposeOrNull, terms);
        draft.Add(GuardRow(command.Guard, terms));
        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok)
        {
            Live = next,
            Claim = new ClaimedAttempt(next, next.Attempts.Length - 1, codes[^1].Send, command.Plan.Routes[0], channel, next.Locale) { IsLastRoute = command.Plan.Routes.Count == 1 },
        });
    }

    /// <summary>The valid codes. In strict mode one try must not stand against two of them.</summary>
    private static CodeEntry[] CodesAfterResend(LiveVerification verification, ProtectedCode? fresh, int send, long checkNotBefore, bool isStrict, long now)
    {
        if (verification.ResendPolicy == ResendPolicy.Reuse)
        {
            return Array.ConvertAll(verification.Codes, c => Prolong(c, verification.TtlSeconds, now));
        }

        ArgumentNullException.ThrowIfNull(fresh);
        var code = NewCode(send, fresh, verification.TtlSeconds, checkNotBefore, now);
        return verification.ResendPolicy == ResendPolicy.KeepPreviousUntilAccepted && !isStrict && Previous(verification) is { } previous
            ? [previous, code]
            : [code];
    }

    /// <summary>The one old code that stays valid: the newest that a carrier has, or else the newest.</summary>
    private static CodeEntry? Previous(LiveVerification verification) =>
        Array.FindLast(verification.Codes, c => Array.Exists(
            verification.Attempts, a => a.Send == c.Send && a.IsHopeful && a.Status.Rank() >= AttemptStatus.Accepted.Rank()))
        ?? verification.Codes.LastOrDefault();

    /// <summary>The same code again: a full life more, but never beyond the longest life since it was made (waits not counted).</summary>
    private static CodeEntry Prolong(CodeEntry code, int ttlSeconds, long now)
    {
        var longest = code.CreatedAt + (PhoneAliasLimits.LongestTtlSeconds * PhoneAliasLimits.Second) + code.Extended;
        return code with { ExpiresAt = Math.Max(code.ExpiresAt, Math.Min(now + (ttlSeconds * PhoneAliasLimits.Second), longest)) };
    }

    private static SendBarrier? ResendBarrier(
        PhoneAliasState state, LiveVerification verification, Channel channel, GuardCounts? guard, RuleTerms terms)
    {
        var policy = terms.Policy;
        if (verification.Sends >= policy.MaxSendsPerVerification
            || (verification.ResendPolicy == ResendPolicy.Reuse && verification.Codes is not [{ Sealed: not null }]))
        {
            var life = SecondsUntil(verification.ExpiresAt, verification.CreatedAt);
            return new SendBarrier(SendBarrier.Never, PhoneAliasWords.VerificationSends, policy.MaxSendsPerVerification, life);
        }

        // A verification's own messages are spaced on all channels together.
        var others = Spacing(state, channel, verification.PurposeOrNull, PhoneAliasWords.ResendSpacing, terms);
        var own = others with { FreeAt = verification.LastSendAt + (policy.ResendSpacingSeconds * PhoneAliasLimits.Second) };
        return JudgeSend(state, channel, own.FreeAt > others.FreeAt ? own : others, guard, terms);
    }
}
