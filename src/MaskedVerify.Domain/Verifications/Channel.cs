namespace MaskedVerify.Domain;

/// <summary>The way a code travels to the device. Numbers are stored: never renumber.</summary>
public enum Channel
{
    /// <summary>A text message.</summary>
    Sms = 0,

    /// <summary>A call that speaks the code.</summary>
    Voice = 1,
}
