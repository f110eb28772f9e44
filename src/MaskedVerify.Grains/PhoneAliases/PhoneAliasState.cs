using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Everything one alias remembers. Immutable: arrays are replaced, never written to. Times are Unix milliseconds.</summary>
/// <remarks>Ended verifications are not in it: they leave as outcome rows, which keeps the row at a few hundred bytes.</remarks>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("mv.PhoneAliasState")]
internal sealed record PhoneAliasState : ICarriesSideRows
{
    /// <summary>The alias, see <see cref="PackedIds"/>.</summary>
    [Id(0)]
    public byte[] PackedAlias { get; init; } = [];

    /// <summary>Owner.</summary>
    [Id(1)]
    public TenantId Tenant { get; init; }

    /// <summary>The tenant's context the alias belongs to.</summary>
    [Id(2)]
    public string Context { get; init; } = string.Empty;

    /// <summary>The number under AES-256-GCM.</summary>
    [Id(3)]
    public byte[] SealedNumber { get; init; } = [];

    /// <summary>Country and line type.</summary>
    [Id(4)]
    public PhoneDestination Destination { get; init; }

    /// <summary>When the row was made.</summary>
    [Id(5)]
    public long CreatedAt { get; init; }

    /// <summary>When a code was last accepted, perhaps by an erased alias of the number, before <see cref="CreatedAt"/>; 0: never. Failures before it do not count for waits.</summary>
    [Id(6)]
    public long VerifiedAt { get; init; }

    /// <summary>Live verifications, oldest first, at most <see cref="PhoneAliasLimits.LiveVerifications"/>.</summary>
    [Id(7)]
    public LiveVerification[]? LiveOrNull { get; init; }

    /// <summary>Messages of the last 24 h, oldest first.</summary>
    [Id(8)]
    public SendCount[]? SendsOrNull { get; init; }

    /// <summary>Wrong tries of the last 24 h, oldest first.</summary>
    [Id(9)]
    public FailureMark[]? FailuresOrNull { get; init; }

    /// <summary>Channels with wrong tries since the last success.</summary>
    [Id(10)]
    public ChannelRecord[]? ChannelsOrNull { get; init; }

    /// <summary>When an operator last lifted what stood against the alias; 0: never. Failures before it do not count towards strict mode.</summary>
    [Id(11)]
    public long UnpausedAt { get; init; }

    /// <summary>The last message of each channel and purpose that still spaces the next one, in order of time. Only an approval of the purpose takes it out early.</summary>
    [Id(12)]
    public LastMessage[]? LastMessagesOrNull { get; init; }

    [NonSerialized]
    private readonly IReadOnlyList<SideRow> _sideRows = [];

    /// <inheritdoc/>
    public IReadOnlyList<SideRow> SideRows
    {
        get => _sideRows;
        init => _sideRows = value;
    }

    internal LiveVerification[] Live => LiveOrNull ?? [];

    internal SendCount[] Sends => SendsOrNull ?? [];

    internal FailureMark[] Failures => FailuresOrNull ?? [];

    internal ChannelRecord[] Channels => ChannelsOrNull ?? [];

    internal LastMessage[] LastMessages => LastMessagesOrNull ?? [];

    internal AliasId Alias => PackedIds.Alias(PackedAlias);

    /// <inheritdoc/>
    public ICarriesSideRows WithoutSideRows() => SideRows.Count == 0 ? this : this with { SideRows = [] };

    /// <summary>No number, no code.</summary>
    public override string ToString() => $"PhoneAliasState {{ {Live.Length} live }}";
}

/// <summary>Messages of about one time: those of one minute, or, when older than an hour, of one hour, share an entry under their latest time.</summary>
/// <param name="At">The time.</param>
/// <param name="Count">Messages that left, or may have.</param>
/// <param name="Returned">Messages that never left.</param>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("mv.SendCount")]
internal readonly record struct SendCount([property: Id(0)] long At, [property: Id(1)] int Count, [property: Id(2)] int Returned = 0);

/// <summary>The last message on a channel for a purpose, whatever became of its verification.</summary>
/// <param name="Channel">Which.</param>
/// <param name="PurposeOrNull">Null is <c>default</c>.</param>
/// <param name="At">When it was claimed.</param>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("mv.LastMessage")]
internal readonly record struct LastMessage([property: Id(0)] Channel Channel, [property: Id(1)] string? PurposeOrNull, [property: Id(2)] long At)
{
    internal bool IsOf(Channel channel, string? purpose) => Channel == channel && string.Equals(PurposeOrNull, purpose, StringComparison.Ordinal);
}

/// <summary>One wrong try.</summary>
/// <param name="At">When it was judged.</param>
/// <param name="Channel">Of its verification.</param>
/// <param name="MoreCodes">Valid codes that it was tried against, beyond the first: a guess against two codes is as good as two guesses.</param>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("mv.FailureMark")]
internal readonly record struct FailureMark([property: Id(0)] long At, [property: Id(1)] Channel Channel, [property: Id(2)] int MoreCodes = 0);

/// <summary>What a channel has against it since the last success.</summary>
/// <param name="Channel">Which.</param>
/// <param name="Consecutive">Wrong tries in a row, over any time.</param>
/// <param name="CheckNotBefore">No check of a verification on this channel is judged before.</param>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("mv.ChannelRecord")]
internal readonly record struct ChannelRecord([property: Id(0)] Channel Channel, [property: Id(1)] int Consecutive, [property: Id(2)] long CheckNotBefore);
