namespace MaskedVerify.Storage;

/// <summary>What a database remembers about its part in the hot store.</summary>
/// <param name="Shard">Its index, from 0.</param>
/// <param name="Shards">How many databases there are.</param>
/// <param name="Store">16 random bytes that all of them share.</param>
/// <param name="IsComplete">Of the first one: whether all others have theirs, so that a database without one is not new but lost.</param>
internal sealed record HotShardStamp(int Shard, int Shards, byte[] Store, bool IsComplete);
