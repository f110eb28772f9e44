using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What wrong tries have brought upon channels, and the operator's word that lifts it.</summary>
internal static partial class PhoneAliasRules
{
    /// <summary>
    /// Forgets the wrong tries in a row of one channel, or of all, and with them its wait: what a success on another channel does. It ends strict mode too, which counts anew from here. The day's
    /// failures stay, so that waits grow from where they were.
    /// </summary>
    internal static PhoneAliasDecision Unpause(PhoneAliasState state, Channel? channel, RuleTerms terms)
    {
        var kept = channel is { } one ? Array.FindAll(state.Channels, c => c.Channel != one) : [];
        return kept.Length == state.Channels.Length && !IsStrict(state, terms)
            ? Refuse(state, new PhoneAliasOutcome(ReplyKind.Ok))
            : new AliasDraft(state) { State = state with { ChannelsOrNull = kept.Length == 0 ? null : kept, UnpausedAt = terms.Now } }.Decide(new PhoneAliasOutcome(ReplyKind.Ok));
    }

    /// <summary>What stands against checks of an alias at a moment.</summary>
    internal static AliasChecks Checks(PhoneAliasState state, RuleTerms terms) => new(
        state.Failures.Count(f => f.At > terms.Now - PhoneAliasLimits.Day),
        IsStrict(state, terms),
        SecondsUntil(StrictBarrier(state, terms).FreeAt, terms.Now),
        Array.ConvertAll(state.Channels, c => new ChannelChecks(
            c.Channel, c.Consecutive, c.Consecutive >= PhoneAliasLimits.PauseAfter, SecondsUntil(CheckNotBefore(state, c.Channel, terms), terms.Now))));
}
