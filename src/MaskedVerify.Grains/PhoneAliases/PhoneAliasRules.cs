using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>
/// Every judgement about one alias: pure functions of (state, command, terms). No clock, no randomness, no I/O, no Orleans.
/// One file per command; what several need is here.
/// </summary>
internal static partial class PhoneAliasRules
{
    /// <summary>The row of an alias that has none yet.</summary>
    internal static PhoneAliasState NewAlias(
        AliasId alias, TenantId tenant, string context, byte[] sealedNumber, PhoneDestination destination, long now) => new()
        {
            PackedAlias = PackedIds.Pack(alias),
            Tenant = tenant,
            Context = context,
            SealedNumber = sealedNumber,
            Destination = destination,
            CreatedAt = now,
        };

    /// <summary>The live verification with this id, or null. It may be past its expiry: see <see cref="IsOver"/>.</summary>
    internal static LiveVerification? Find(PhoneAliasState state, VerificationId id)
    {
        var packed = PackedIds.Pack(id);
        return Array.Find(state.Live, v => v.Is(packed));
    }

    /// <summary>Whether the time of a verification is over, although its end may not have been written yet.</summary>
    internal static bool IsOver(LiveVerification verification, long now) => now >= verification.ExpiresAt;

    /// <summary>Why a tenant may not send to this country and kind of line, or null.</summary>
    /// <param name="destination">Where.</param>
    /// <param name="channel">On which channel; null when there is none yet, and one that serves it is enough.</param>
    /// <param name="policy">The tenant's policy.</param>
    /// <param name="isLive">Whether its messages leave through real carriers.</param>
    internal static PhoneAliasOutcome? JudgeDestination(PhoneDestination destination, Channel? channel, TenantPolicy policy, bool isLive)
    {
        var line = destination.LineType;
        if (LineTypes.Restricted.Contains(line) && !policy.LineTypes.Contains(line) && (line != LineType.Landline || channel == Channel.Sms))
        {
            return NotAllowed(line == LineType.Landline
                ? $"The number is of the class `{LineTypes.WordOf(line)}`, which takes no text message. The tenant's policy (lineTypes) does not list the class."
                : $"The number is of the class `{LineTypes.WordOf(line)}`, and the tenant's policy (lineTypes) does not list it.");
        }

        // A number of no country has a class that the policy lists, or none of its countries.
        var isServed = destination.Country == PhoneDestination.NoCountry ? policy.LineTypes.Contains(line)
            : policy.Countries.Count == 0 ? !isLive
            : policy.Countries.Any(c => c == TenantPolicyRules.AnyCountry || string.Equals(c, destination.Country, StringComparison.Ordinal));
        return isServed ? null : NotAllowed("The tenant's policy (countries) does not list the country of this number.");
    }

    private static PhoneAliasOutcome NotAllowed(string detail) => new(ReplyKind.DestinationNotAllowed) { Detail = detail };

    /// <summary>When something must happen to a verification next: a claim to give up, or its expiry.</summary>
    internal static long NextDue(LiveVerification verification)
    {
        var due = verification.ExpiresAt;
        foreach (var attempt in verification.Attempts)
        {
            due = attempt.IsAwaited ? Math.Min(due, attempt.At + PhoneAliasLimits.ClaimTimeout) : due;
        }

        return due;
    }

    /// <summary>Whether a remembered command comes again; 0 is "no command".</summary>
    private static bool IsSame(ulong remembered, ulong command) => command != 0 && remembered == command;

    /// <inheritdoc cref="IsSame"/>
    private static bool IsAmong(ulong[] remembered, ulong command) => command != 0 && remembered.Contains(command);

    private static PhoneAliasDecision Refuse(PhoneAliasState state, PhoneAliasOutcome outcome) => new(state, outcome) { IsUrgent = false };

    private static DateTimeOffset Time(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);

    /// <summary>Whole seconds until a moment, rounded up: at the returned second it has come, one second earlier it has not.</summary>
    private static int SecondsUntil(long moment, long now) =>
        (int)Math.Clamp((moment - now + PhoneAliasLimits.Second - 1) / PhoneAliasLimits.Second, 0, int.MaxValue);

    /// <summary>The moment before which no check on a channel is judged; 0: none.</summary>
    private static long CheckNotBefore(PhoneAliasState state, Channel channel, RuleTerms terms)
    {
        var record = Array.Find(state.Channels, c => c.Channel == channel);
        return IsDisabled(record, terms.Policy) ? terms.Now + PhoneAliasLimits.Disabled : record.CheckNotBefore;
    }

    /// <summary>Whether a channel stays closed until an operator or a success on another channel opens it, as the tenant wants it.</summary>
    private static bool IsDisabled(ChannelRecord record, TenantPolicy policy) => policy.DisableAfter100 && record.Consecutive >= PhoneAliasLimits.PauseAfter;

    private static AttemptEntry Claim(int send, Channel channel, PlannedRoute route, long now, string? why) => new()
    {
        Send = send,
        Channel = channel,
        Route = route.Route,
        Status = AttemptStatus.Claimed,
        At = now,
        Why = why,
    };

    /// <summary>A code made now, in a wait or not: the wait does not use up its life.</summary>
    private static CodeEntry NewCode(int send, ProtectedCode code, int ttlSeconds, long checkNotBefore, long now)
    {
        var extension = (int)Math.Clamp(checkNotBefore - now, 0, PhoneAliasLimits.MostExtension);
        return new CodeEntry
        {
            Send = send,
            Mac = code.Mac,
            Sealed = code.Sealed,
            CreatedAt = now,
            ExpiresAt = now + (ttlSeconds * PhoneAliasLimits.Second) + extension,
            Extended = extension,
        };
    }

    /// <summary>The code that an attempt carries, or null when it is void.</summary>
    private static CodeEntry? CodeOf(LiveVerification verification, AttemptEntry attempt) => verification.ResendPolicy == ResendPolicy.Reuse
        ? verification.Codes.FirstOrDefault()
        : Array.Find(verification.Codes, c => c.Send == attempt.Send);

    /// <summary>Keep-previous: once the carrier has the new code, the old one is void.</summary>
    private static LiveVerification VoidCodesBefore(LiveVerification verification, AttemptEntry attempt) =>
        verification.ResendPolicy == ResendPolicy.KeepPreviousUntilAccepted && attempt.Status.Rank() >= AttemptStatus.Accepted.Rank() && attempt.IsHopeful
            && Array.Exists(verification.Codes, c => c.Send == attempt.Send)
            ? verification with { CodesOrNull = Array.FindAll(verification.Codes, c => c.Send >= attempt.Send) }
            : verification;

    /// <summary>Drops sealed copies that no step needs any more and brings the expiry in line with the codes.</summary>
    private static LiveVerification Tidy(LiveVerification verification, TenantPolicy policy)
    {
        var maySendAgain = verification.ResendPolicy == ResendPolicy.Reuse && verification.Sends < policy.MaxSendsPerVerification;
        var codes = Array.ConvertAll(verification.Codes, code =>
            code.Sealed is null || maySendAgain || Array.Exists(verification.Attempts, a => a.IsAwaited && ReferenceEquals(CodeOf(verification, a), code))
                ? code
                : code with { Sealed = null });
        return verification with { CodesOrNull = codes, ExpiresAt = codes.Max(c => c.ExpiresAt) };
    }
}
