using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What wrong tries have brought upon channels, and the operator's word that lifts it.</summary>
internal static partial class PhoneAliasRules
{
    /// <summary>
    /// Forgets the wrong tries in a row of one channel, or of all, and with them its wait: what a success on another channel does. The day's failures stay counted,
    /// so the alias' own daily limit holds on, and waits grow from where they were.
    /// </summary>
    internal static PhoneAliasDecision Unpause(PhoneAliasState state, Channel? channel)
    {
        var kept = channel is { } one ? Array.FindAll(state.Channels, c => c.Channel != one) : [];
        return kept.Length == state.Channels.Length
            ? Refuse(state, new PhoneAliasOutcome(ReplyKind.Ok))
            : new AliasDraft(state) { State = state with { ChannelsOrNull = kept.Length == 0 ? null : kept } }.Decide(new PhoneAliasOutcome(ReplyKind.Ok));
    }

    /// <summary>What stands against checks of an alias at a moment.</summary>
    internal static AliasChecks Checks(PhoneAliasState state, long now) => new(
        state.Failures.Count(f => f.At > now - PhoneAliasLimits.Day),
        SecondsUntil(state.CheckNotBefore, now),
        Array.ConvertAll(state.Channels, c => new ChannelChecks(
            c.Channel, c.Consecutive, c.Consecutive >= PhoneAliasLimits.PauseAfter, SecondsUntil(CheckNotBefore(state, c.Channel), now))));
}
