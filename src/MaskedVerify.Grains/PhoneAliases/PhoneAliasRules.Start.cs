using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>A start, before a code is made for it.</summary>
/// <param name="Request">As the desk passed it on.</param>
/// <param name="Number">The opened number: compared with reference and purpose, nothing else.</param>
/// <param name="Channel">From <see cref="PhoneAliasRules.ChannelForStart"/>.</param>
/// <param name="Plan">Routes for that channel.</param>
/// <param name="Guard">What stands against the number.</param>
internal sealed record StartTrial(AliasStart Request, PhoneNumber Number, Channel Channel, RoutePlan Plan, GuardEntry Guard)
{
    /// <inheritdoc/>
    public override string ToString() => "StartTrial";
}

/// <summary>Starting.</summary>
internal static partial class PhoneAliasRules
{
    /// <summary>SMS; voice while SMS is closed by a pause and voice is open.</summary>
    internal static Channel ChannelForStart(PhoneAliasState state, RuleTerms terms) =>
        IsChannelClosed(state, Channel.Sms, terms) && !IsChannelClosed(state, Channel.Voice, terms) ? Channel.Voice : Channel.Sms;

    /// <summary>Why a start is refused, or null.</summary>
    internal static PhoneAliasOutcome? JudgeStart(PhoneAliasState state, StartTrial trial, RuleTerms terms) =>
        JudgeDestination(state.Destination, trial.Channel, terms.Policy, terms.IsLive)
        ?? JudgeMembers(state, trial, terms.Policy)
        ?? JudgeSendOfStart(state, trial, terms)
        ?? JudgeRoom(state, PurposeOf(trial.Request), terms.Now)
        ?? (trial.Plan.Routes.Count == 0 ? new PhoneAliasOutcome(ReplyKind.NoRoute) : null);

    /// <summary>Starts a verification, displacing one when five are live.</summary>
    internal static PhoneAliasDecision Start(
        PhoneAliasState state, StartTrial trial, VerificationId id, ulong command, ProtectedCode code, RuleTerms terms)
    {
        if (FindStart(state, command) is { } same)
        {
            return Refuse(state, new PhoneAliasOutcome(ReplyKind.Ok) { Live = same });
        }

        if (JudgeStart(state, trial, terms) is { } refusal)
        {
            return Refuse(state, refusal);
        }

        var draft = new AliasDraft(state);
        MakeRoom(draft, PurposeOf(trial.Request), terms.Now);
        var verification = NewVerification(state, trial, id, command, code, terms);
        draft.Append(verification);
        draft.State = Count(draft.State, trial.Channel, PurposeOf(trial.Request), terms);
        draft.Add(GuardRow(trial.Guard, terms));
        return draft.Decide(new PhoneAliasOutcome(ReplyKind.Ok)
        {
            Live = verification,
            Claim = new ClaimedAttempt(verification, 0, 1, trial.Plan.Routes[0], trial.Channel, verification.Locale) { IsLastRoute = trial.Plan.Routes.Count == 1 },
        });
    }

    /// <summary>The live verification that a command started, or null.</summary>
    internal static LiveVerification? FindStart(PhoneAliasState state, ulong command) =>
        Array.Find(state.Live, v => IsSame(v.StartCommand, command));

    /// <summary>What keeps the message of a start back, or null. A start too soon after another learns which verification is live.</summary>
    private static PhoneAliasOutcome? JudgeSendOfStart(PhoneAliasState state, StartTrial trial, RuleTerms terms)
    {
        var purpose = PurposeOf(trial.Request);
        var barrier = JudgeSend(state, trial.Channel, Spacing(state, trial.Channel, purpose, PhoneAliasWords.StartSpacing, terms), trial.Guard.Counts, terms);
        var outcome = barrier?.ToOutcome(terms.Now);
        return barrier?.Name == PhoneAliasWords.StartSpacing
            ? outcome! with { Live = Array.FindLast(state.Live, v => !IsOver(v, terms.Now) && v.Channel == trial.Channel && string.Equals(v.PurposeOrNull, purpose, StringComparison.Ordinal)) }
            : outcome;
    }

    private static LiveVerification NewVerification(
        PhoneAliasState state, StartTrial trial, VerificationId id, ulong command, ProtectedCode code, RuleTerms terms)
    {
        var request = trial.Request;
        var ttl = request.TtlSeconds ?? terms.Policy.TtlSeconds;
        var entry = NewCode(send: 1, code, ttl, CheckNotBefore(state, trial.Channel, terms), terms.Now);
        return new LiveVerification
        {
            PackedId = PackedIds.Pack(id),
            Reference = request.Reference,
            PurposeOrNull = PurposeOf(request),
            Locale = request.Locale ?? terms.Policy.Locale,
            ResendPolicy = request.ResendPolicy ?? terms.Policy.ResendPolicy,
            CreatedAt = terms.Now,
            ExpiresAt = entry.ExpiresAt,
            TtlSeconds = ttl,
            CodeLength = request.CodeLength ?? terms.Policy.CodeLength,
            CodesOrNull = [entry],
            AttemptsOrNull = [Claim(1, trial.Channel, trial.Plan.Routes[0], terms.Now, why: null)],
            Sends = 1,
            LastSendAt = terms.Now,
            StartCommand = command,
        };
    }

    /// <summary>Null stands for the default purpose, however it was written.</summary>
    private static string? PurposeOf(AliasStart request) =>
        string.Equals(request.Purpose, PhoneAliasLimits.DefaultPurpose, StringComparison.Ordinal) ? null : request.Purpose;

    /// <summary>Why there is no room for one more, or null: a start never ends what another purpose waits for.</summary>
    private static PhoneAliasOutcome? JudgeRoom(PhoneAliasState state, string? purpose, long now)
    {
        var live = Array.FindAll(state.Live, v => !IsOver(v, now));
        return live.Length < PhoneAliasLimits.LiveVerifications || OldestOf(live, purpose) is not null
            ? null
            : new SendBarrier(live.Min(v => v.ExpiresAt), PhoneAliasWords.LiveVerifications, PhoneAliasLimits.LiveVerifications, PhoneAliasLimits.LongestTtlSeconds).ToOutcome(now);
    }

    private static LiveVerification? OldestOf(LiveVerification[] live, string? purpose) =>
        Array.Find(live, v => string.Equals(v.PurposeOrNull, purpose, StringComparison.Ordinal));

    private static void MakeRoom(AliasDraft draft, string? purpose, long now)
    {
        foreach (var over in Array.FindAll(draft.State.Live, v => IsOver(v, now)))
        {
            draft.End(over, VerificationStatus.Expired, reason: null, now);
        }

        var live = draft.State.Live;
        if (live.Length >= PhoneAliasLimits.LiveVerifications && OldestOf(live, purpose) is { } displaced)
        {
            draft.End(displaced, VerificationStatus.Canceled, PhoneAliasWords.Displaced, now);
        }
    }

    private static GuardCountRow GuardRow(GuardEntry guard, RuleTerms terms) => new(guard.Key, guard.SendId, GuardTime(terms.Now), terms.NumberCaps);

    /// <summary>Counted by the minute: precise times would let guard rows be joined to the verifications of different tenants.</summary>
    internal static DateTimeOffset GuardTime(long now) => Time(now - (now % PhoneAliasLimits.Minute));
}
