using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Wire form of <see cref="IdempotencyKey"/>.</summary>
[GenerateSerializer, Immutable, Alias("mv.s.IdempotencyKey")]
public struct IdempotencyKeySurrogate
{
    /// <summary>The key; null for "none".</summary>
    [Id(0)]
    public string? Text;
}

/// <summary>Converts <see cref="IdempotencyKey"/>.</summary>
[RegisterConverter]
public sealed class IdempotencyKeyConverter : IConverter<IdempotencyKey, IdempotencyKeySurrogate>
{
    /// <inheritdoc/>
    public IdempotencyKey ConvertFromSurrogate(in IdempotencyKeySurrogate surrogate) =>
        IdempotencyKey.TryParse(surrogate.Text, out var key) ? key : default;

    /// <inheritdoc/>
    public IdempotencyKeySurrogate ConvertToSurrogate(in IdempotencyKey value) => new() { Text = value.IsNone ? null : value.Reveal() };
}
