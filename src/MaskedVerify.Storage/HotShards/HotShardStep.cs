namespace MaskedVerify.Storage;

/// <summary>What is to be written next so that a new hot store knows its databases.</summary>
/// <param name="Shard">In which database.</param>
/// <param name="Stamp">The row to insert, unless there is one by now; or, if there was one, the row to change to.</param>
/// <param name="IsChange">Whether the row is there.</param>
internal sealed record HotShardStep(int Shard, HotShardStamp Stamp, bool IsChange);
