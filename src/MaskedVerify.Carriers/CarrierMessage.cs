using MaskedVerify.Domain;

namespace MaskedVerify.Carriers;

/// <summary>One message on its way to a device. Prints masked.</summary>
/// <param name="To">The real number.</param>
/// <param name="Text">The whole text with the code.</param>
/// <param name="Channel">SMS or voice.</param>
/// <param name="Sender">Sender id or number, or null for the carrier's default.</param>
/// <param name="Alias">For the sandbox inbox.</param>
/// <param name="Verification">For the sandbox inbox.</param>
/// <param name="Attempt">Index of the attempt, from 0.</param>
public sealed record CarrierMessage(
    PhoneNumber To, string Text, Channel Channel, string? Sender, AliasId Alias, VerificationId Verification, int Attempt)
{
    /// <summary>How long the carrier has for its answer, counted from the hand-over to the client; null: until the call is cancelled. At most 8 s.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"CarrierMessage {{ {Verification}#{Attempt}, {Channel} }}";
}
