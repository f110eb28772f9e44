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
    /// <summary>The barrier that lasts longest, or null when a message may be sent now. <paramref name="guard"/> null: the number's cap is not looked at.</summary>
    private static SendBarrier? JudgeSend(PhoneAliasState state, Channel channel, GuardCounts? guard, RuleTerms terms)
    {
        var (now, policy) = (terms.Now, terms.Policy);
        SendBarrier? longest = null;
        Consider(new SendBarrier(CheckNotBefore(state, channel) - PhoneAliasLimits.MostExtension, PhoneAliasWords.CheckWait, 1, PhoneAliasLimits.Hour / 1_000));
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
    private static bool IsChannelClosed(PhoneAliasState state, Channel channel, long now) =>
        CheckNotBefore(state, channel) - PhoneAliasLimits.MostExtension > now;

    /// <summary>When a window has room again: now or earlier when it has room.</summary>
    private static long FreeAt(SendCount[] sends, long window, int limit, long now)
    {
        var total = 0L;
        foreach (var send in sends)
        {
            total += send.At > now - window ? send.Count : 0;
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
                total -= send.Count;
                freeAt = send.At + window;
            }
        }

        return freeAt;
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
            kept[^1] = new SendCount(Math.Max(last.At, send.At), last.Count + send.Count);
        }
        else
        {
            kept.Add(send);
        }
    }
}
