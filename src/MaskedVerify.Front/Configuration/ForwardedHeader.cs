namespace MaskedVerify.Front.Configuration;

/// <summary>
/// In which header declared proxies say who called them. Only one is believed: a proxy that writes one of them lets the other pass as its caller wrote it.
/// </summary>
public enum ForwardedHeader
{
    /// <summary><c>X-Forwarded-For</c>, with <c>X-Forwarded-Proto</c>; what most proxies write.</summary>
    XForwardedFor = 0,

    /// <summary><c>Forwarded</c> (RFC 7239).</summary>
    Forwarded = 1,
}
