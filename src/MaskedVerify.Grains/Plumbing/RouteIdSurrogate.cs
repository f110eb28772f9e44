using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Wire form of <see cref="RouteId"/>: its text, null for <c>default</c>.</summary>
[GenerateSerializer, Immutable, Alias("mv.s.RouteId")]
public struct RouteIdSurrogate
{
    /// <summary>The text.</summary>
    [Id(0)]
    public string? Text;
}

/// <summary>Converts <see cref="RouteId"/>.</summary>
[RegisterConverter]
public sealed class RouteIdConverter : IConverter<RouteId, RouteIdSurrogate>
{
    /// <inheritdoc/>
    public RouteId ConvertFromSurrogate(in RouteIdSurrogate surrogate) => RouteId.TryParse(surrogate.Text, out var value) ? value : default;

    /// <inheritdoc/>
    public RouteIdSurrogate ConvertToSurrogate(in RouteId value) => new() { Text = value.IsNone ? null : value.Value };
}
