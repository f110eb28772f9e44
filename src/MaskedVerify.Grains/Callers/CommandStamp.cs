using MaskedVerify.Domain;

namespace MaskedVerify.Grains;

/// <summary>Makes a command safe to repeat.</summary>
/// <param name="CommandId">128 random bits minted by the front for this request; its own retries carry the same one.</param>
/// <param name="Key">The caller's Idempotency-Key, or none.</param>
[GenerateSerializer, Immutable, Alias("mv.CommandStamp")]
public sealed record CommandStamp([property: Id(0)] UInt128 CommandId, [property: Id(1)] IdempotencyKey Key);
