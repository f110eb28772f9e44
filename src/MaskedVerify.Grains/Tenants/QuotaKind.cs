namespace MaskedVerify.Grains.Tenants;

/// <summary>What a permit is for. Each kind is counted for itself.</summary>
public enum QuotaKind
{
    /// <summary>A message: of a start or a resend.</summary>
    Sends = 0,

    /// <summary>An alias that is made without a message.</summary>
    Aliases = 1,
}
