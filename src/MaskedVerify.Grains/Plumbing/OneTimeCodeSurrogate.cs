using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Wire form of <see cref="OneTimeCode"/>: its digits. Only in the call of a check.</summary>
[GenerateSerializer, Immutable, Alias("mv.s.OneTimeCode")]
public struct OneTimeCodeSurrogate
{
    /// <summary>Digits; null for "none".</summary>
    [Id(0)]
    public string? Digits;
}

/// <summary>Converts <see cref="OneTimeCode"/>.</summary>
[RegisterConverter]
public sealed class OneTimeCodeConverter : IConverter<OneTimeCode, OneTimeCodeSurrogate>
{
    /// <inheritdoc/>
    public OneTimeCode ConvertFromSurrogate(in OneTimeCodeSurrogate surrogate) => OneTimeCode.TryParse(surrogate.Digits, out var code) ? code : default;

    /// <inheritdoc/>
    public OneTimeCodeSurrogate ConvertToSurrogate(in OneTimeCode value) => new() { Digits = value == default ? null : value.Reveal() };
}
