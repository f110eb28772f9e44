using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Wire form of <see cref="PhoneDestination"/>.</summary>
[GenerateSerializer, Immutable, Alias("mv.s.PhoneDestination")]
public struct PhoneDestinationSurrogate
{
    /// <summary>Country.</summary>
    [Id(0)]
    public string? Country;

    /// <summary>Kind of line.</summary>
    [Id(1)]
    public LineType LineType;
}

/// <summary>Converts <see cref="PhoneDestination"/>.</summary>
[RegisterConverter]
public sealed class PhoneDestinationConverter : IConverter<PhoneDestination, PhoneDestinationSurrogate>
{
    /// <inheritdoc/>
    public PhoneDestination ConvertFromSurrogate(in PhoneDestinationSurrogate surrogate) =>
        surrogate.Country is null ? default : new(surrogate.Country, surrogate.LineType);

    /// <inheritdoc/>
    public PhoneDestinationSurrogate ConvertToSurrogate(in PhoneDestination value) => new() { Country = value.Country, LineType = value.LineType };
}
