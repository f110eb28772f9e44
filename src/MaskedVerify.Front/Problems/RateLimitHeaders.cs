using MaskedVerify.Grains;

namespace MaskedVerify.Front.Problems;

/// <summary>The fields of draft-ietf-httpapi-ratelimit-headers: structured fields (RFC 9651) whose string item names the limit.</summary>
internal static class RateLimitHeaders
{
    /// <summary>What the limit is: <c>"alias-sends-hour";q=5;w=3600</c>.</summary>
    public const string Policy = "RateLimit-Policy";

    /// <summary>What is left of it: <c>"alias-sends-hour";r=0;t=120</c>.</summary>
    public const string Remaining = "RateLimit";

    /// <summary>Writes both for a limit that has just refused.</summary>
    public static void Write(IHeaderDictionary headers, LimitInfo limit)
    {
        WritePolicy(headers, limit);
        headers[Remaining] = string.Create(null, stackalloc char[96], $"\"{limit.Name}\";r=0;t={limit.RetryAfterSeconds}");
    }

    /// <summary>Writes the policy alone, where what remains is not known.</summary>
    public static void WritePolicy(IHeaderDictionary headers, LimitInfo limit) =>
        headers[Policy] = string.Create(null, stackalloc char[96], $"\"{limit.Name}\";q={limit.Limit};w={limit.WindowSeconds}");
}
