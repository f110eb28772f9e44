namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>
/// What protects a person survives the erasure of the alias: an erasure and a new start are no way around waits and counts. It is kept for as long as it would have held, under a key that only
/// those can make who know the number.
/// </summary>
internal static partial class PhoneAliasRules
{
    /// <summary>The waits and counts of a state, and until when they matter (Unix milliseconds); null when there are none.</summary>
    internal static (PhoneAliasState Limits, long Until)? Keep(PhoneAliasState state, long now)
    {
        var until = Math.Max(Until(state.Sends.LastOrDefault().At, PhoneAliasLimits.Day), Until(state.Failures.LastOrDefault().At, PhoneAliasLimits.Day));
        if (state.Channels.Length > 0)
        {
            // Wrong tries in a row count over any time while the alias lives.
            until = Math.Max(until, Math.Max(now + PhoneAliasLimits.KeptTries, state.Channels.Max(c => c.CheckNotBefore)));
        }

        return until > now ? (WithKept(new PhoneAliasState(), state), until) : null;
    }

    /// <summary>A new alias with the waits and counts of the erased one.</summary>
    internal static PhoneAliasState WithKept(PhoneAliasState alias, PhoneAliasState kept) => alias with
    {
        VerifiedAt = kept.VerifiedAt,
        UnpausedAt = kept.UnpausedAt,
        SendsOrNull = kept.SendsOrNull,
        LastMessagesOrNull = kept.LastMessagesOrNull,
        FailuresOrNull = kept.FailuresOrNull,
        ChannelsOrNull = kept.ChannelsOrNull,
    };

    private static long Until(long at, long window) => at == 0 ? 0 : at + window;
}
