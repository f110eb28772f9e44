namespace MaskedVerify.Carriers.Smpp.Sessions;

/// <summary>How one unit ended.</summary>
/// <param name="Error">As in <see cref="CarrierResult"/>.</param>
/// <param name="MessageId">As the centre wrote it.</param>
/// <param name="RetryAfter">The pause that the centre asked for.</param>
internal readonly record struct SubmitAnswer(CarrierError Error, string MessageId, TimeSpan? RetryAfter)
{
    public static readonly SubmitAnswer NotSent = new(CarrierError.NotSent, string.Empty, null);
    public static readonly SubmitAnswer NoAnswer = new(CarrierError.NoAnswer, string.Empty, null);

    public override string ToString() => $"{Error}";
}
