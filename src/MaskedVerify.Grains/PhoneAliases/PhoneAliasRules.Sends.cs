using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What keeps a message from being sent now.</summary>
/// <param name="FreeAt">When it does no more; <see cref="Never"/> for this verification.</param>
/// <param name="Name">Name of the limit.</param>
/// <param name="Limit">Permits per window.</param>
/// <param name="WindowSeconds">The window.</param>
internal readonly record struct SendBarrier(long FreeAt, string Name, int Limit, long WindowSeconds)
{
    internal const long Never = long.MaxValue;

    internal PhoneAliasOutcome ToOutcome(long now) =>
        PhoneAliasOutcome.Limited(Name, Limit, WindowSeconds, (FreeAt - now + PhoneAliasLimits.Second - 1) / PhoneAliasLimits.Second);
}

/// <summary>Limits on sending that starts and resends share.</summary>
internal static partial class PhoneAliasRules
{
    /// <summary>The barrier that lasts longest, or null when a message may be sent now.</summary>
    /// <param name="state">The state.</param>
    /// <param name="channel">Of the message.</param>
    /// <param name="spacing">What spaces it from the last one.</param>
    /// <param name="guard">Null: the number's cap is not looked at.</param>
    /// <param name="terms">Time and policy.</param>
    private static SendBarrier? JudgeSend(PhoneAliasState state, Channel channel, SendBarrier spacing, GuardCounts? guard, RuleTerms terms)
    {
        var (now, policy) = (terms.Now, terms.Policy);
        SendBarrier? longest = null;
        Consider(spacing);
        Consider(StrictBarrier(state, terms));
        Consider(new SendBarrier(CheckNotBefore(state, channel, terms) - PhoneAliasLimits.MostExtension, PhoneAliasWords.CheckWait, 1, PhoneAliasLimits.Hour / 1_000));
        Consider(HourBarrier(FreeAt(state.Sends, PhoneAliasLimits.Hour, policy.SendsPerHour, now), policy));
        Consider(DayBarrier(FreeAt(state.Sends, PhoneAliasLimits.Day, policy.SendsPerDay, now), policy));
        if (guard is { } counts && terms.NumberCaps.AreReached(counts))
        {
            Consider(NumberBarrier(counts, terms));
        }

        return longest;

        void Consider(SendBarrier barrier)
        {
            if (barrier.FreeAt > now && (longest is null || barrier.FreeAt > longest.Value.FreeAt))
            {
                longest = barrier;
            }
        }
    }

    /// <summary>The answer to a commit that found the number at its cap, whatever stands against it by now.</summary>
    internal static PhoneAliasOutcome NumberAtCap(GuardCounts counts, RuleTerms terms) => NumberBarrier(counts, terms).ToOutcome(terms.Now);

    /// <summary>The number's caps answer like the alias' own, so that they tell one tenant nothing about another.</summary>
    private static SendBarrier NumberBarrier(GuardCounts counts, RuleTerms terms) => counts.LastDay >= terms.NumberCaps.PerDay
        ? DayBarrier(terms.Now + (PhoneAliasLimits.GuardDayRetrySeconds * PhoneAliasLimits.Second), terms.Policy)
        : HourBarrier(terms.Now + (PhoneAliasLimits.GuardRetrySeconds * PhoneAliasLimits.Second), terms.Policy);

    private static SendBarrier HourBarrier(long freeAt, TenantPolicy policy) => new(freeAt, PhoneAliasWords.AliasSendsHour, policy.SendsPerHour, PhoneAliasLimits.Hour / 1_000);

    private static SendBarrier DayBarrier(long freeAt, TenantPolicy policy) => new(freeAt, PhoneAliasWords.AliasSendsDay, policy.SendsPerDay, PhoneAliasLimits.Day / 1_000);

    /// <summary>Whether a code sent on a channel now could not be checked before its extended life ends.</summary>
    private static bool IsChannelClosed(PhoneAliasState state, Channel channel, RuleTerms terms) =>
        CheckNotBefore(state, channel, terms) - PhoneAliasLimits.MostExtension > terms.Now;

    /// <summary>What the last message on a channel for a purpose, whichever verification it was of, asks to wait.</summary>
    private static SendBarrier Spacing(PhoneAliasState state, Channel channel, string? purpose, string name, RuleTerms terms)
    {
        var last = Array.Find(state.LastMessages, m => m.IsOf(channel, purpose));
        return new SendBarrier(last.At + (terms.Policy.ResendSpacingSeconds * PhoneAliasLimits.Second), name, 1, terms.Policy.ResendSpacingSeconds);
    }

    /// <summary>The state after a message more.</summary>
    private static PhoneAliasState Count(PhoneAliasState state, Channel channel, string? purpose, RuleTerms terms)
    {
        var spacing = terms.Policy.ResendSpacingSeconds * PhoneAliasLimits.Second;
        var others = state.LastMessages.Where(m => m.At + spacing > terms.Now && !m.IsOf(channel, purpose));
        return state with
        {
            SendsOrNull = CountSend(state.Sends, terms.Now),
            LastMessagesOrNull = [.. others, new LastMessage(channel, purpose, terms.Now)],
        };
    }

    /// <summary>Last messages but those of a purpose; null when there is none.</summary>
    private static LastMessage[]? SpacingsWithout(PhoneAliasState state, string? purpose)
    {
        var kept = Array.FindAll(state.LastMessages, m => !m.IsOf(m.Channel, purpose));
        return kept.Length == 0 ? null : kept;
    }

    /// <summary>When a window has room again: now or earlier when it has room. Messages that never left use up nothing until there are as many as the window takes; then they count too.</summary>
    private static long FreeAt(SendCount[] sends, long window, int limit, long now) =>
        Math.Max(FreeAt(sends, window, limit, static s => s.Count, now), FreeAt(sends, window, 2L * limit, static s => s.Count + s.Returned, now));

    private static long FreeAt(SendCount[] sends, long window, long limit, Func<SendCount, int> count, long now)
    {
        var total = 0L;
        foreach (var send in sends)
        {
            total += send.At > now - window ? count(send) : 0;
        }

        var freeAt = now;
        foreach (var send in sends)
        {
            if (total < limit)
            {
                break;
            }

            if (send.At > now - window)
            {
                total -= count(send);
                freeAt = send.At + window;
            }
        }

        return freeAt;
    }

    /// <summary>The counts when a message that was claimed at a moment has never left.</summary>
    internal static SendCount[] Return(SendCount[] sends, long claimedAt)
    {
        // The entry that it shares is the first whose latest time is not before it; none when it has left the windows.
        var index = Array.FindIndex(sends, s => s.At >= claimedAt && s.At / PhoneAliasLimits.Hour == claimedAt / PhoneAliasLimits.Hour);
        if (index < 0 || sends[index].Count == 0)
        {
            return sends;
        }

        var next = (SendCount[])sends.Clone();
        next[index] = sends[index] with { Count = sends[index].Count - 1, Returned = sends[index].Returned + 1 };
        return next;
    }

    /// <summary>Counts a message. Entries of one minute share their latest time, and so do entries of one hour once they are older than an hour: at most 84.</summary>
    internal static SendCount[] CountSend(SendCount[] sends, long now)
    {
        var kept = new List<SendCount>(sends.Length + 1);
        foreach (var send in sends)
        {
            if (send.At <= now - PhoneAliasLimits.Day)
            {
                continue;
            }

            var isOld = send.At <= now - PhoneAliasLimits.Hour;
            Merge(kept, send, isOld ? PhoneAliasLimits.Hour : PhoneAliasLimits.Minute);
        }

        Merge(kept, new SendCount(now, 1), PhoneAliasLimits.Minute);
        return [.. kept];
    }

    private static void Merge(List<SendCount> kept, SendCount send, long bucket)
    {
        if (kept is [.., var last] && last.At / bucket == send.At / bucket)
        {
            kept[^1] = new SendCount(Math.Max(last.At, send.At), last.Count + send.Count, last.Returned + send.Returned);
        }
        else
        {
            kept.Add(send);
        }
    }
}
