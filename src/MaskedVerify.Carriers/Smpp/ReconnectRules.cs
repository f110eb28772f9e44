namespace MaskedVerify.Carriers.Smpp;

/// <summary>When to try again. Pure.</summary>
internal static class ReconnectRules
{
    /// <summary>A session that was bound for so long was healthy: the next failure counts as the first.</summary>
    public static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);

    /// <summary>The pause before the next try: doubles with every failure in a row, and lies between its half and its whole.</summary>
    /// <param name="failures">In a row, at least 1.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="jitter">At random, 0 to 1.</param>
    public static TimeSpan Pause(int failures, SmppOptions options, double jitter)
    {
        var whole = Math.Min(options.ReconnectMax.TotalSeconds, options.ReconnectMin.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30)));
        return TimeSpan.FromSeconds(whole * (0.5 + (0.5 * jitter)));
    }
}
