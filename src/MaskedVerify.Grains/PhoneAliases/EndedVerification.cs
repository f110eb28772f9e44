using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>An ended verification: payload of its outcome row. No number, no code, no MAC.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("mv.EndedVerification")]
internal sealed record EndedVerification
{
    /// <summary>As it was, without codes.</summary>
    [Id(0)]
    public LiveVerification Verification { get; init; } = new();

    /// <summary>The terminal state; never changes.</summary>
    [Id(1)]
    public VerificationStatus Status { get; init; }

    /// <summary>A short machine word, or null.</summary>
    [Id(2)]
    public string? Reason { get; init; }

    /// <summary>When it ended, Unix milliseconds.</summary>
    [Id(3)]
    public long EndedAt { get; init; }
}
