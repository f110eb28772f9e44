using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Wire form of <see cref="CarrierId"/>: its text, null for <c>default</c>.</summary>
[GenerateSerializer, Immutable, Alias("mv.s.CarrierId")]
public struct CarrierIdSurrogate
{
    /// <summary>The text.</summary>
    [Id(0)]
    public string? Text;
}

/// <summary>Converts <see cref="CarrierId"/>.</summary>
[RegisterConverter]
public sealed class CarrierIdConverter : IConverter<CarrierId, CarrierIdSurrogate>
{
    /// <inheritdoc/>
    public CarrierId ConvertFromSurrogate(in CarrierIdSurrogate surrogate) => CarrierId.TryParse(surrogate.Text, out var value) ? value : default;

    /// <inheritdoc/>
    public CarrierIdSurrogate ConvertToSurrogate(in CarrierId value) => new() { Text = value.IsNone ? null : value.Value };
}
