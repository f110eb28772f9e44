using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using MaskedVerify.Domain;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Verifications;

/// <summary>A verification as it is written: the same for start, get, resend and cancel. No number, no code.</summary>
[Description("A verification. The number and the code never appear in it.")]
internal record VerificationResource(
    [property: Description("Its id, 69 characters."), RegularExpression("^vf-[0-9a-z]{66}$")] string Id,
    [property: Description("The surrogate of the number for this tenant and context, 43 characters. Not secret, not reversible: keep it instead of the number."), RegularExpression("^pa-[0-9a-z]{40}$")] string Alias,
    [property: Description("`pending` until it ends as one of the others; an ended verification never changes.")] VerificationStatus Status,
    [property: Description("A short machine word that explains an ended verification, or null.")] string? Reason,
    [property: Description("Your reference, or null.")] string? Reference,
    [property: Description("What may be known of the number.")] DestinationResource Destination,
    [property: Description("When it was started (UTC).")] DateTime CreatedAt,
    [property: Description("When it stops being checkable (UTC).")] DateTime ExpiresAt,
    [property: Description("What may be done next, and when. It is the truth about the next call.")] NextResource Next,
    [property: Description("Attempts to deliver, oldest first.")] IReadOnlyList<AttemptResource> Attempts,
    [property: Description("The risk decision.")] RiskResource Risk)
{
    /// <summary>From the grain's view.</summary>
    public static VerificationResource From(VerificationView view) => Fill(view, static parts => new VerificationResource(
        parts.Id, parts.Alias, parts.Status, parts.Reason, parts.Reference, parts.Destination, parts.CreatedAt, parts.ExpiresAt, parts.Next, parts.Attempts, parts.Risk));

    private protected static T Fill<T>(VerificationView view, Func<Parts, T> make) => make(new Parts(
        view.Id.Value,
        view.Alias.Value,
        view.Status,
        view.Reason,
        view.Reference,
        DestinationResource.From(view.Destination),
        WireTime.From(view.CreatedAt),
        WireTime.From(view.ExpiresAt),
        new NextResource(view.Next.MayCheck, view.Next.CheckAfterSeconds, view.Next.ChecksRemaining, view.Next.MayResend, view.Next.ResendAfterSeconds),
        [.. view.Attempts.Select(AttemptResource.From)],
        new RiskResource(view.Status == VerificationStatus.Blocked ? RiskDecision.Block : RiskDecision.Allow, [])));

    /// <summary>The members, for the two shapes.</summary>
    private protected readonly record struct Parts(
        string Id, string Alias, VerificationStatus Status, string? Reason, string? Reference, DestinationResource Destination, DateTime CreatedAt, DateTime ExpiresAt,
        NextResource Next, IReadOnlyList<AttemptResource> Attempts, RiskResource Risk);
}

/// <summary>Answer to a check: the verification, and whether the code was right.</summary>
[Description("The verification after a check, and whether the code was right.")]
internal sealed record CheckedVerificationResource(
    string Id, string Alias, VerificationStatus Status, string? Reason, string? Reference, DestinationResource Destination, DateTime CreatedAt, DateTime ExpiresAt,
    NextResource Next, IReadOnlyList<AttemptResource> Attempts, RiskResource Risk,
    [property: JsonPropertyOrder(1), Description("Whether the code was right. A code is accepted once.")] bool Valid)
    : VerificationResource(Id, Alias, Status, Reason, Reference, Destination, CreatedAt, ExpiresAt, Next, Attempts, Risk)
{
    /// <summary>From the grain's view and verdict.</summary>
    public static CheckedVerificationResource From(VerificationView view, bool valid) => Fill(view, parts => new CheckedVerificationResource(
        parts.Id, parts.Alias, parts.Status, parts.Reason, parts.Reference, parts.Destination, parts.CreatedAt, parts.ExpiresAt, parts.Next, parts.Attempts, parts.Risk, valid));
}

/// <summary>What may be known of a number.</summary>
[Description("What may be known of the number: never enough to find it.")]
internal sealed record DestinationResource(
    [property: Description("ISO 3166-1 alpha-2, or `ZZ` for a number that belongs to no country."), RegularExpression("^[A-Z]{2}$")] string Country,
    [property: Description("Kind of line. `network` is a satellite or other network of no country. `landline` takes no text message; it and `premium`, `toll-free`, `shared-cost`, `personal`, `pager`, `voicemail`, `uan`, `network` and `unknown` are refused unless the tenant's policy lists them.")] LineType LineType)
{
    /// <summary>From the domain's value.</summary>
    public static DestinationResource From(PhoneDestination destination) => new(destination.Country, destination.LineType);
}

/// <summary>What may be done next.</summary>
[Description("What may be done next, and when.")]
internal sealed record NextResource(
    [property: Description("Whether a check is judged, after `checkAfterSeconds`.")] bool MayCheck,
    [property: Description("How long a check answers 429 and counts nothing; 0 when it may be made now.")] int CheckAfterSeconds,
    [property: Description("Tries left in this verification.")] int ChecksRemaining,
    [property: Description("Whether a resend is accepted now.")] bool MayResend,
    [property: Description("When to ask for a resend; 0 when it may be made now, null when never for this verification.")] int? ResendAfterSeconds);

/// <summary>One attempt to deliver.</summary>
[Description("One attempt to deliver.")]
internal sealed record AttemptResource(
    [property: Description("The way the code travels.")] Channel Channel,
    [property: Description("The route that was chosen.")] string Route,
    [property: Description("How far it came. It only moves forward: claimed, queued, accepted, sent, then delivered, undelivered or rejected; `unknown` when nobody can tell.")] AttemptStatus Status,
    [property: Description("Parts of the message; 0 while unknown.")] int Segments,
    [property: Description("When it was made (UTC).")] DateTime At,
    [property: Description("A short machine word: why it failed or why it was made, or null.")] string? Why)
{
    /// <summary>From the grain's view.</summary>
    public static AttemptResource From(AttemptView view) => new(view.Channel, view.Route.Value, view.Status, view.Segments, WireTime.From(view.At), view.Why);
}

/// <summary>The risk decision.</summary>
[Description("The risk decision. A start that a policy refuses never becomes a verification, so `decision` is `allow` unless the verification was blocked later. `factors` lists what was weighed; this version weighs none.")]
internal sealed record RiskResource(
    [property: Description("`allow` or `block`.")] RiskDecision Decision,
    [property: Description("What was weighed.")] IReadOnlyList<string> Factors);

/// <summary>What was decided.</summary>
internal enum RiskDecision
{
    /// <summary>It may go on.</summary>
    Allow = 0,

    /// <summary>A policy stopped it.</summary>
    Block = 1,
}

/// <summary>Times on the wire: UTC, whole milliseconds.</summary>
internal static class WireTime
{
    /// <summary>From an instant.</summary>
    public static DateTime From(DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
