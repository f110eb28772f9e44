namespace MaskedVerify.Grains.CarrierLinks;

/// <summary>Version 1 of the lease row of one bind. Member ids are for ever.</summary>
[GenerateSerializer, Immutable, Alias("mv.CarrierLinkState")]
internal sealed record CarrierLinkState
{
    /// <summary>Who holds it, or null.</summary>
    [Id(0)]
    public string? Holder { get; init; }

    /// <summary>Grows with each change of holder; 0 before the first.</summary>
    [Id(1)]
    public long Fence { get; init; }

    /// <summary>When it lapses unless renewed.</summary>
    [Id(2)]
    public DateTimeOffset ExpiresAt { get; init; }
}
