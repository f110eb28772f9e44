using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Wire form of <see cref="VerificationId"/>: its text, null for <c>default</c>.</summary>
[GenerateSerializer, Immutable, Alias("mv.s.VerificationId")]
public struct VerificationIdSurrogate
{
    /// <summary>The text.</summary>
    [Id(0)]
    public string? Text;
}

/// <summary>Converts <see cref="VerificationId"/>.</summary>
[RegisterConverter]
public sealed class VerificationIdConverter : IConverter<VerificationId, VerificationIdSurrogate>
{
    /// <inheritdoc/>
    public VerificationId ConvertFromSurrogate(in VerificationIdSurrogate surrogate) => VerificationId.TryParse(surrogate.Text, out var value) ? value : default;

    /// <inheritdoc/>
    public VerificationIdSurrogate ConvertToSurrogate(in VerificationId value) => new() { Text = value.IsNone ? null : value.Value };
}
