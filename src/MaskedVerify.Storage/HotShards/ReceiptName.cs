using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>What a carrier calls a message.</summary>
/// <param name="Carrier">The carrier.</param>
/// <param name="MessageId">Its id in the carrier's canonical form.</param>
internal readonly record struct ReceiptName(CarrierId Carrier, string MessageId);
