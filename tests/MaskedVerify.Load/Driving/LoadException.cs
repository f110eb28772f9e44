namespace MaskedVerify.Load.Driving;

/// <summary>One call did not end as it should. <paramref name="kind"/> is what the report counts it under: <c>start 429 rate-limited</c>, <c>check connection-lost</c>, ….</summary>
/// <param name="kind">Short words.</param>
/// <param name="detail">The whole answer, or null; the first of each kind is shown. Answers hold no number and no code.</param>
internal sealed class LoadException(string kind, string? detail = null) : Exception(kind)
{
    /// <summary>The whole answer, or null.</summary>
    public string? Detail => detail;

    /// <summary>Short words, no user data.</summary>
    public string Kind => Message;
}
