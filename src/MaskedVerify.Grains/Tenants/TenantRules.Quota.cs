namespace MaskedVerify.Grains.Tenants;

/// <summary>
/// Quotas. The day's permits are reserved durably in batches before they are handed out; a second's permits are counted in memory by an uptime that only moves
/// forward, and void at the end of their second. A new activation after a crash waits until whatever its predecessor may still hand out is void.
/// </summary>
internal static partial class TenantRules
{
    /// <summary>Name of the limit per second.</summary>
    internal const string SecondLimit = "tenant-starts-second";

    /// <summary>Name of the limit per UTC day.</summary>
    internal const string DayLimit = "tenant-sends-day";

    /// <summary>Name of the limit of new aliases per second.</summary>
    internal const string AliasSecondLimit = "tenant-aliases-second";

    /// <summary>Name of the limit of new aliases per UTC day.</summary>
    internal const string AliasDayLimit = "tenant-aliases-day";

    /// <summary>Length of the window that starts are counted in.</summary>
    internal static readonly TimeSpan WindowLength = TimeSpan.FromSeconds(1);

    /// <summary>How long a durable reserve may be spent: also the longest that a lost activation spends on.</summary>
    internal static readonly TimeSpan ReserveLength = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait of a new activation: the reserve and the last window of its predecessor.</summary>
    internal static readonly TimeSpan LongestWait = ReserveLength + WindowLength;

    private const int SecondsPerDay = 24 * 60 * 60;
    private static readonly TimeSpan SiloMemory = TimeSpan.FromSeconds(10);

    /// <summary>What a new activation starts from: everything reserved counts as handed out.</summary>
    internal static QuotaRun BeginQuota(QuotaLedger ledger, DateTimeOffset now)
    {
        var wait = ledger.Horizon - now;
        return new QuotaRun
        {
            Handed = ledger.Reserved,
            OpensAt = wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait,
        };
    }

    /// <summary>What is written when an activation ends in peace after its last window: nothing of the day is lost, the next one opens at once.</summary>
    internal static QuotaLedger EndQuota(QuotaLedger ledger, QuotaRun run) => ledger with { Reserved = run.Handed, Horizon = DateTimeOffset.MinValue };

    /// <summary>How long an ending activation waits before that: until the window of its last permits is over, and whatever its predecessor may still hand out is void.</summary>
    internal static TimeSpan QuotaEndsIn(QuotaRun run, TimeSpan uptime)
    {
        var windowEnds = run.WindowUsed == 0 ? TimeSpan.Zero : (run.Window + 1) * WindowLength;
        var over = windowEnds > run.OpensAt ? windowEnds : run.OpensAt;
        return over > uptime ? over - uptime : TimeSpan.Zero;
    }

    /// <summary>Judges a question for permits. <paramref name="skew"/>: how much another silo's clock may differ.</summary>
    internal static QuotaStep LeaseQuota(
        QuotaLedger ledger, QuotaRun run, QuotaRequest request, TenantPolicy policy, DateTimeOffset now, TimeSpan uptime, TimeSpan skew)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime).DayNumber;
        if (today > ledger.Day)
        {
            // Only the number of the day moves in memory; it becomes durable together with the first reserve of the day.
            ledger = ledger with { Day = today, Reserved = 0 };
            run = run with { Handed = 0, Unsent = 0, ReserveUntil = TimeSpan.Zero, Silos = run.Silos.Clear() };
        }

        run = CreditAndRoll(ledger, run, request, policy, uptime);
        var validFor = ((run.Window + 1) * WindowLength) - uptime;
        var midnight = Midnight(ledger.Day, now);
        if (midnight < validFor)
            validFor = midnight;

        if (request.Wanted <= 0)
            return Answer(ledger, run, validFor);

        // Nobody is over a quota here, so nobody is refused: who asks waits.
        if (uptime < run.OpensAt)
            return Answer(ledger, run, run.OpensAt - uptime);

        var terms = QuotaTerms.Of(request.Kind, policy);
        var second = terms.PerSecond - run.WindowUsed;
        if (second <= 0)
            return Refuse(ledger, run, validFor, terms.SecondLimit, terms.PerSecond, 1, validFor);

        var day = terms.PerDay - run.Handed;
        if (day <= 0)
        {
            // Permits that are out may come back unused within a second.
            var wait = run.WindowUsed + run.LastWindowUsed > 0 ? WindowLength : midnight;
            return Refuse(ledger, run, validFor, terms.DayLimit, (int)Math.Clamp(terms.PerDay, 1, int.MaxValue), SecondsPerDay, wait);
        }

        var share = run.Silos.Count > 1 ? (second + 1) / 2 : second;
        var permits = (int)Math.Min(Math.Min(request.Wanted, share), day);
        return Grant(ledger, run, request.Silo, permits, day, validFor, now, uptime, skew);
    }

    private static QuotaRun CreditAndRoll(QuotaLedger ledger, QuotaRun run, QuotaRequest request, TenantPolicy policy, TimeSpan uptime)
    {
        var held = run.Silos.TryGetValue(request.Silo, out var silo) ? silo.Outstanding : 0;
        var isOfDay = request.UnusedOfDay == ledger.Day;
        var unused = isOfDay ? Math.Clamp(request.Unused, 0, held) : 0;

        // Not free without end: what never left comes back as often as the day has permits.
        var unsent = isOfDay ? Math.Clamp(request.Unsent, 0, Math.Min(held - unused, Math.Max(0, QuotaTerms.Of(request.Kind, policy).PerDay - run.Unsent))) : 0;
        var credit = unused + unsent;
        var window = uptime.Ticks / WindowLength.Ticks;
        return run with
        {
            Handed = run.Handed - credit,
            Unsent = run.Unsent + unsent,
            Window = Math.Max(window, run.Window),
            WindowUsed = window > run.Window ? 0 : run.WindowUsed,
            LastWindowUsed = window > run.Window ? (window == run.Window + 1 ? run.WindowUsed : 0) : run.LastWindowUsed,
            Silos = run.Silos
                .RemoveRange(run.Silos.Where(s => s.Key != request.Silo && uptime - s.Value.AskedAt > SiloMemory).Select(s => s.Key))
                .SetItem(request.Silo, new QuotaSilo(held - credit, uptime)),
        };
    }

    private static QuotaStep Grant(
        QuotaLedger ledger, QuotaRun run, string silo, int permits, long day, TimeSpan validFor, DateTimeOffset now, TimeSpan uptime, TimeSpan skew)
    {
        QuotaLedger? write = null;
        if (run.Handed + permits > ledger.Reserved || uptime >= run.ReserveUntil)
        {
            // A crash loses what is reserved and not handed out: so at most a sixteenth of what is left, unless that much is wanted at once.
            var target = Math.Min(Math.Max(64, 4L * (run.WindowUsed + run.LastWindowUsed)), day / 16);
            ledger = ledger with { Reserved = run.Handed + Math.Max(permits, target), Horizon = now + LongestWait + skew };
            write = ledger;
            run = run with { ReserveUntil = uptime + ReserveLength };
        }

        var held = run.Silos[silo];
        var next = run with
        {
            Handed = run.Handed + permits,
            WindowUsed = run.WindowUsed + permits,
            Silos = run.Silos.SetItem(silo, held with { Outstanding = held.Outstanding + permits }),
        };
        return new QuotaStep(write, next, new QuotaLease(permits, validFor, 0, null, ledger.Day));
    }

    private static QuotaStep Answer(QuotaLedger ledger, QuotaRun run, TimeSpan validFor) =>
        new(null, run, new QuotaLease(0, validFor, 1, null, ledger.Day));

    private static QuotaStep Refuse(QuotaLedger ledger, QuotaRun run, TimeSpan validFor, string name, int limit, int windowSeconds, TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        var stands = wait < validFor ? wait : validFor;
        return new QuotaStep(null, run, new QuotaLease(0, stands, seconds, new LimitInfo(name, limit, windowSeconds, seconds), ledger.Day));
    }

    /// <summary>How long the ledger's day still lasts by this clock; a clock behind the day waits for the day's own end.</summary>
    private static TimeSpan Midnight(int day, DateTimeOffset now) =>
        DateOnly.FromDayNumber(day + 1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) - now.UtcDateTime;
}
