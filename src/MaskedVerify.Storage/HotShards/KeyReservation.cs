namespace MaskedVerify.Storage;

/// <summary>A key that a commit holds in another database until it is durable in its own.</summary>
/// <param name="Home">The shard that says who holds the key.</param>
/// <param name="Key">The key.</param>
/// <param name="Token">Under which the commit writes the answer in its own database.</param>
/// <param name="Pointer">What stands under the key.</param>
internal sealed record KeyReservation(int Home, byte[] Key, byte[] Token, byte[] Pointer);
