namespace MaskedVerify.Carriers.Smpp.Sessions;

/// <summary>How one unit ended.</summary>
/// <param name="Error">As in <see cref="CarrierResult"/>.</param>
/// <param name="MessageId">In canonical form, empty if there is none.</param>
/// <param name="RetryAfter">The pause that the centre asked for.</param>
internal readonly record struct SubmitAnswer(CarrierError Error, string MessageId, TimeSpan? RetryAfter)
{
    public static readonly SubmitAnswer NotSent = new(CarrierError.NotSent, string.Empty, null);
    public static readonly SubmitAnswer NoAnswer = new(CarrierError.NoAnswer, string.Empty, null);

    /// <summary>When it was handed over, if it was answered.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    public override string ToString() => $"{Error}";
}
