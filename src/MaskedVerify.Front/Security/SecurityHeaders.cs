using Microsoft.Net.Http.Headers;

namespace MaskedVerify.Front.Security;

/// <summary>Headers of every answer: nothing is stored, sniffed, framed or referred.</summary>
internal static class SecurityHeaders
{
    /// <summary>Content policy of answers that are data.</summary>
    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Sets them; a page replaces the content policy by its own.</summary>
    public static void Apply(IHeaderDictionary headers)
    {
        headers[HeaderNames.CacheControl] = "no-store";
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers[HeaderNames.ContentSecurityPolicy] = DataPolicy;
        headers["Referrer-Policy"] = "no-referrer";
    }
}
