using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Wire form of <see cref="TenantId"/>: its text, null for <c>default</c>.</summary>
[GenerateSerializer, Immutable, Alias("mv.s.TenantId")]
public struct TenantIdSurrogate
{
    /// <summary>The text.</summary>
    [Id(0)]
    public string? Text;
}

/// <summary>Converts <see cref="TenantId"/>.</summary>
[RegisterConverter]
public sealed class TenantIdConverter : IConverter<TenantId, TenantIdSurrogate>
{
    /// <inheritdoc/>
    public TenantId ConvertFromSurrogate(in TenantIdSurrogate surrogate) => TenantId.TryParse(surrogate.Text, out var value) ? value : default;

    /// <inheritdoc/>
    public TenantIdSurrogate ConvertToSurrogate(in TenantId value) => new() { Text = value.IsNone ? null : value.Value };
}
