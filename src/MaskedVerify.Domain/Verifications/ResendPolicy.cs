namespace MaskedVerify.Domain;

/// <summary>What a resend does with the code. Numbers are stored: never renumber.</summary>
public enum ResendPolicy
{
    /// <summary>A new code; the old one is void at once (default).</summary>
    Rotate = 0,

    /// <summary>The same code again.</summary>
    Reuse = 1,

    /// <summary>A new code; the old one stays valid until the carrier has accepted the new one.</summary>
    KeepPreviousUntilAccepted = 2,
}
