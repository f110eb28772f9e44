namespace MaskedVerify.Load.Driving;

/// <summary>One call did not end as it should. <paramref name="kind"/> is what the report counts it under: <c>start 429 rate-limited</c>, <c>check connection-closed</c>, ….</summary>
internal sealed class LoadException(string kind) : Exception(kind)
{
    /// <summary>Short words, no user data.</summary>
    public string Kind => Message;
}
