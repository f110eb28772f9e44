using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>What one database knows under a carrier's message id.</summary>
/// <param name="IsMapped">Whether the attempt is known.</param>
/// <param name="Receipt">The furthest receipt, or null while there is none.</param>
/// <param name="ExpiresAt">When the sweeper may remove it; of two attempts under one id the newer one's is later.</param>
internal sealed record StoredReceipt(bool IsMapped, ParkedReceipt? Receipt, DateTimeOffset ExpiresAt);
