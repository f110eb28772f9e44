using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>How a command on an alias ended, before it is made durable.</summary>
/// <param name="Kind">What the caller is told.</param>
internal sealed record PhoneAliasOutcome(ReplyKind Kind)
{
    /// <summary>The verification after the command when it is live.</summary>
    public LiveVerification? Live { get; init; }

    /// <summary>The verification after the command when it has ended.</summary>
    public EndedVerification? Ended { get; init; }

    /// <summary>Whether a code was right.</summary>
    public bool? Valid { get; init; }

    /// <summary>The limit that answered.</summary>
    public LimitInfo? Limit { get; init; }

    /// <summary>JSON pointer of a member that is not acceptable.</summary>
    public string? Pointer { get; init; }

    /// <summary>Sentence about it, without user data.</summary>
    public string? Detail { get; init; }

    /// <summary>The attempt to hand to the pump once this is durable.</summary>
    public ClaimedAttempt? Claim { get; init; }

    internal static PhoneAliasOutcome Invalid(string pointer, string detail) => new(ReplyKind.Invalid) { Pointer = pointer, Detail = detail };

    internal static PhoneAliasOutcome Limited(string name, int limit, long windowSeconds, long retryAfterSeconds) => new(ReplyKind.RateLimited)
    {
        Limit = new LimitInfo(name, Math.Max(1, limit), (int)Math.Max(1, windowSeconds), (int)Math.Max(1, retryAfterSeconds)),
    };
}

/// <summary>An attempt that was claimed: to be sent once the claim is durable.</summary>
/// <param name="Verification">Its verification.</param>
/// <param name="Attempt">Index, from 0.</param>
/// <param name="CodeSend">The send whose code it carries.</param>
/// <param name="Route">The route.</param>
/// <param name="Channel">SMS or voice.</param>
/// <param name="Locale">Language of the text.</param>
internal sealed record ClaimedAttempt(LiveVerification Verification, int Attempt, int CodeSend, PlannedRoute Route, Channel Channel, string Locale)
{
    /// <summary>Whether the plan has no route after this one.</summary>
    public bool IsLastRoute { get; init; }
}

/// <summary>A decision of <see cref="PhoneAliasRules"/>.</summary>
/// <param name="State">The next state; the same object when nothing changed.</param>
/// <param name="Outcome">What to answer.</param>
internal sealed record PhoneAliasDecision(PhoneAliasState State, PhoneAliasOutcome Outcome)
{
    /// <summary>Side rows of the change, but for the serialised ones.</summary>
    public IReadOnlyList<SideRow> Rows { get; init; } = [];

    /// <summary>Verifications that ended by it, or ended before and got news: to be written as outcome rows.</summary>
    public IReadOnlyList<EndedVerification> Ended { get; init; } = [];

    /// <summary>A message that never left, to be given back in the same commit; or null.</summary>
    public ReturnedSend? Returned { get; init; }

    /// <summary>Whether it must be durable before anything follows from it; a change that need not may wait for the next commit.</summary>
    public bool IsUrgent { get; init; } = true;
}

/// <summary>A message that never left.</summary>
/// <param name="Verification">Its verification.</param>
/// <param name="Send">Which of its sends, from 1.</param>
/// <param name="ClaimedAt">When it was counted, in Unix milliseconds.</param>
internal sealed record ReturnedSend(VerificationId Verification, int Send, long ClaimedAt);

/// <summary>What a command is judged by, besides state.</summary>
/// <param name="Now">Unix milliseconds.</param>
/// <param name="Policy">The tenant's policy.</param>
/// <param name="IsLive">Whether the tenant's messages leave through real carriers.</param>
/// <param name="MostPerNumber">Caps of the whole installation for live messages to one number.</param>
internal readonly record struct RuleTerms(long Now, TenantPolicy Policy, bool IsLive, GuardCaps MostPerNumber)
{
    /// <summary>What a message to a number may be counted under.</summary>
    internal GuardCaps NumberCaps
    {
        get
        {
            var own = new GuardCaps(Policy.NumberSendsPerHour, Policy.NumberSendsPerDay);
            return IsLive ? own.Under(MostPerNumber) : own;
        }
    }
}

/// <summary>A fresh code, protected.</summary>
/// <param name="Mac">Keyed MAC, bound to verification and send.</param>
/// <param name="Sealed">Sealed copy for sending.</param>
internal sealed record ProtectedCode(byte[] Mac, byte[] Sealed);

/// <summary>What counts a send against the real number.</summary>
/// <param name="Key">Guard key of the number.</param>
/// <param name="SendId">16 bytes that only the region guard key can make of verification and send: without it, guard rows of different tenants cannot be joined to their verifications.</param>
/// <param name="Counts">What stands against the number now.</param>
internal sealed record GuardEntry(byte[] Key, byte[] SendId, GuardCounts Counts);
