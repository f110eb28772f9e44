using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Wire form of <see cref="PhoneNumber"/>: its E.164 digits. Only in calls between front and desk, which travel inside the cluster's TLS.</summary>
[GenerateSerializer, Immutable, Alias("mv.s.PhoneNumber")]
public struct PhoneNumberSurrogate
{
    /// <summary>Digits without plus; null for "none".</summary>
    [Id(0)]
    public string? Digits;
}

/// <summary>Converts <see cref="PhoneNumber"/>.</summary>
[RegisterConverter]
public sealed class PhoneNumberConverter : IConverter<PhoneNumber, PhoneNumberSurrogate>
{
    /// <inheritdoc/>
    public PhoneNumber ConvertFromSurrogate(in PhoneNumberSurrogate surrogate) => PhoneNumber.FromE164Digits(surrogate.Digits);

    /// <inheritdoc/>
    public PhoneNumberSurrogate ConvertToSurrogate(in PhoneNumber value) => new() { Digits = value.IsNone ? null : value.Reveal()[1..] };
}
