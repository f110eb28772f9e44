using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Wire form of <see cref="AliasId"/>: its text, null for <c>default</c>.</summary>
[GenerateSerializer, Immutable, Alias("mv.s.AliasId")]
public struct AliasIdSurrogate
{
    /// <summary>The text.</summary>
    [Id(0)]
    public string? Text;
}

/// <summary>Converts <see cref="AliasId"/>.</summary>
[RegisterConverter]
public sealed class AliasIdConverter : IConverter<AliasId, AliasIdSurrogate>
{
    /// <inheritdoc/>
    public AliasId ConvertFromSurrogate(in AliasIdSurrogate surrogate) => AliasId.TryParse(surrogate.Text, out var value) ? value : default;

    /// <inheritdoc/>
    public AliasIdSurrogate ConvertToSurrogate(in AliasId value) => new() { Text = value.IsNone ? null : value.Value };
}
