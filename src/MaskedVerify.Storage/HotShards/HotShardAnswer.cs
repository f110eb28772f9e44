using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>What one of several databases answered.</summary>
/// <param name="Shard">Its index.</param>
/// <param name="Value">Its answer; the default value when there is a failure.</param>
/// <param name="Failure">Why there is none, or null.</param>
internal readonly record struct HotShardAnswer<T>(int Shard, T? Value, StorageUnavailableException? Failure);
