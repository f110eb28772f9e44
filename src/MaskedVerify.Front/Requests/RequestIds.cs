using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Front.Requests;

/// <summary>
/// Tells whether an id of a request belongs to the caller before any grain is called. A malformed id costs the same MAC as a foreign one, so that both
/// take the same time.
/// </summary>
internal sealed class RequestIds(IIdTagger tagger, FrontMetrics metrics)
{
    private static readonly AliasId s_noAlias = AliasId.Create('0', 0, 0);
    private static readonly VerificationId s_noVerification = VerificationId.Create('0', s_noAlias, 0, 0);

    /// <summary>Whether the text is an alias of the tenant.</summary>
    public bool TryOwn(TenantId tenant, string? text, out AliasId alias)
    {
        var shaped = AliasId.TryParse(text, out alias);
        var owned = tagger.Owns(tenant, shaped ? alias : s_noAlias) & shaped;
        return Count(owned);
    }

    /// <summary>Whether the text is a verification of the tenant.</summary>
    public bool TryOwn(TenantId tenant, string? text, out VerificationId verification)
    {
        var shaped = VerificationId.TryParse(text, out verification);
        var owned = tagger.Owns(tenant, shaped ? verification : s_noVerification) & shaped;
        return Count(owned);
    }

    private bool Count(bool owned)
    {
        if (!owned)
            metrics.RefusedId();
        return owned;
    }
}
