using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>A receipt that waits for its message id.</summary>
/// <param name="Number">Its number in its database; grows.</param>
/// <param name="Receipt">What the carrier reported.</param>
internal sealed record ParkedRow(long Number, ParkedReceipt Receipt);
