namespace MaskedVerify.Storage;

/// <summary>What an operator should know about the connections of this process to its databases, although they work.</summary>
/// <param name="All">Sentences without a secret, of which each says what to set; mostly none.</param>
public sealed record StorageDoubts(IReadOnlyList<string> All);
