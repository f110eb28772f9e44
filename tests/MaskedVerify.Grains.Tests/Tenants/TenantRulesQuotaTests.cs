using FsCheck.Xunit;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.Tenants;

public sealed class TenantRulesQuotaTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset BeforeMidnight = new(2026, 3, 2, 23, 59, 50, TimeSpan.Zero);

    /// <summary>Never more in a UTC day than its quota: whatever silos, crashes, zombies, lost messages, lost writes and clocks do.</summary>
    [Property(MaxTest = 300)]
    public void LeaseQuota_WhenAnythingHappens_NeverExceedsTheDay(int seed)
    {
        var random = new Random(seed);
        var world = new QuotaWorld(new TenantPolicy { StartsPerSecond = random.Next(1, 40), SendsPerUtcDay = random.Next(0, 400) }, TimeSpan.Zero, BeforeMidnight);
        world.Activate(TimeSpan.Zero);
        for (var i = 0; i < 300; i++)
        {
            if (random.Next(10) == 0)
                world.ClockShift += TimeSpan.FromSeconds(random.Next(-90_000, 90_000));

            AnyStep(world, random, () => TimeSpan.FromSeconds(random.Next(-5, 6)));
        }
    }

    /// <summary>
    /// Never more in a second than its quota: windows of one activation hold it, and no two activations hand out at the same time, as long as the clocks of two silos
    /// differ by no more than the skew. The clock of the whole cluster may go back.
    /// </summary>
    [Property(MaxTest = 300)]
    public void LeaseQuota_WhenClocksDifferByTheSkew_ActivationsNeverOverlap(int seed)
    {
        var random = new Random(seed);
        var world = new QuotaWorld(new TenantPolicy { StartsPerSecond = random.Next(1, 40), SendsPerUtcDay = 1_000_000 }, TimeSpan.FromSeconds(2), Noon);
        world.Activate(TimeSpan.Zero);
        for (var i = 0; i < 300; i++)
        {
            if (random.Next(20) == 0)
                world.ClockShift -= TimeSpan.FromSeconds(random.Next(0, 10_000));

            AnyStep(world, random, () => TimeSpan.FromMilliseconds(random.Next(-1_000, 1_001)));
        }

        world.CheckActivationsDoNotOverlap();
    }

    /// <summary>
    /// The quota is not only a bound: every permit of the day is had, with silos that give back what they do not use, or with clean restarts in between.
    /// </summary>
    [Property(MaxTest = 50)]
    public void LeaseQuota_WhenNothingGoesWrong_GivesTheWholeDay(int seed)
    {
        var random = new Random(seed);
        var quota = random.Next(1, 200);
        var world = new QuotaWorld(new TenantPolicy { StartsPerSecond = 10, SendsPerUtcDay = quota }, TimeSpan.Zero, Noon);
        var activation = world.Activate(TimeSpan.Zero);
        var restarts = random.Next(2) == 0;
        for (var i = 0; i < quota * 8 && world.Spent < quota; i++)
        {
            world.Advance(TimeSpan.FromMilliseconds(random.Next(1, 1_200)));
            if (restarts && random.Next(10) == 0)
            {
                world.End(activation);
                activation = world.Activate(TimeSpan.Zero);
            }

            if (world.Ask("s1", activation, random.Next(1, 4), TimeSpan.Zero, lost: false)!.Permits > 0)
                world.Spend("s1", restarts ? 4 : random.Next(1, 4));
        }

        Assert.Equal(quota, world.Spent);
    }

    [Fact]
    public void LeaseQuota_WhenTheSecondIsUsedUp_SaysWhenTheNextBegins()
    {
        var policy = new TenantPolicy { StartsPerSecond = 100 };
        var step = Ask(TenantRules.BeginQuota(QuotaLedger.Unused, Noon), policy, 300, TimeSpan.FromMilliseconds(250));
        var refused = TenantRules.LeaseQuota(step.Write!, step.Next, new QuotaRequest("s", 1, 0, 0), policy, Noon, TimeSpan.FromMilliseconds(300), TimeSpan.Zero);

        Assert.Equal(100, step.Lease.Permits);
        Assert.Equal(TimeSpan.FromMilliseconds(750), step.Lease.ValidFor);
        Assert.Equal(0, refused.Lease.Permits);
        Assert.Equal(TimeSpan.FromMilliseconds(700), refused.Lease.ValidFor);
        Assert.Equal(new LimitInfo(TenantRules.SecondLimit, 100, 1, 1), refused.Lease.Limit);
    }

    [Fact]
    public void LeaseQuota_WhenTheDayIsUsedUp_SaysWhenItEnds()
    {
        var policy = new TenantPolicy { SendsPerUtcDay = 5 };
        var step = Ask(TenantRules.BeginQuota(QuotaLedger.Unused, Noon), policy, 9, TimeSpan.Zero);
        var at = TimeSpan.FromSeconds(10);
        var refused = TenantRules.LeaseQuota(step.Write!, step.Next, new QuotaRequest("s", 1, 0, 0), policy, Noon + at, at, TimeSpan.Zero);

        Assert.Equal(5, step.Lease.Permits);
        Assert.Equal(TenantRules.DayLimit, refused.Lease.Limit!.Name);
        Assert.Equal((12 * 3600) - 10, refused.Lease.RetryAfterSeconds);
    }

    [Fact]
    public void LeaseQuota_OfAliases_IsJudgedByTheirOwnTerms()
    {
        var policy = new TenantPolicy { SendsPerUtcDay = 0, AliasesPerUtcDay = 5, StartsPerSecond = 3 };
        var request = new QuotaRequest("s", 9, 0, 0, QuotaKind.Aliases);
        var first = TenantRules.LeaseQuota(QuotaLedger.Unused, TenantRules.BeginQuota(QuotaLedger.Unused, Noon), request, policy, Noon, TimeSpan.Zero, TimeSpan.Zero);
        var full = TenantRules.LeaseQuota(first.Write!, first.Next, request, policy, Noon, TimeSpan.Zero, TimeSpan.Zero);
        var second = TenantRules.LeaseQuota(first.Write!, full.Next, request, policy, Noon, TimeSpan.FromSeconds(1), TimeSpan.Zero);
        var over = TenantRules.LeaseQuota(second.Write ?? first.Write!, second.Next, request, policy, Noon, TimeSpan.FromSeconds(9), TimeSpan.Zero);

        Assert.Equal((3, 0, 2, 0), (first.Lease.Permits, full.Lease.Permits, second.Lease.Permits, over.Lease.Permits));
        Assert.Equal(new LimitInfo(TenantRules.AliasSecondLimit, 3, 1, 1), full.Lease.Limit);
        Assert.Equal((TenantRules.AliasDayLimit, 5), (over.Lease.Limit!.Name, over.Lease.Limit.Limit));
    }

    [Fact]
    public void LeaseQuota_WhenMessagesNeverLeft_TheirPermitsComeBackUpToTheDaysNumber()
    {
        var policy = new TenantPolicy { SendsPerUtcDay = 5 };
        var step = Ask(TenantRules.BeginQuota(QuotaLedger.Unused, Noon), policy, 5, TimeSpan.Zero);
        var (ledger, taken) = (step.Write!, step.Lease.Permits);
        for (var second = 1; second < 9; second++)
        {
            var at = TimeSpan.FromSeconds(second);
            step = TenantRules.LeaseQuota(ledger, step.Next, new QuotaRequest("s", 2, 0, ledger.Day, Unsent: 2), policy, Noon + at, at, TimeSpan.Zero);
            (ledger, taken) = (step.Write ?? ledger, taken + step.Lease.Permits);
        }

        Assert.Equal(10, taken);
        var foreign = TenantRules.LeaseQuota(ledger, step.Next, new QuotaRequest("s", 2, 0, ledger.Day - 1, Unsent: 2), policy, Noon.AddSeconds(9), TimeSpan.FromSeconds(9), TimeSpan.Zero);
        Assert.Equal(0, foreign.Lease.Permits);
    }

    [Fact]
    public void LeaseQuota_WhenUnusedPermitsComeBack_TheyCountAgain()
    {
        var policy = new TenantPolicy { SendsPerUtcDay = 5 };
        var first = Ask(TenantRules.BeginQuota(QuotaLedger.Unused, Noon), policy, 5, TimeSpan.Zero);
        var at = TimeSpan.FromSeconds(1);
        var second = TenantRules.LeaseQuota(first.Write!, first.Next, new QuotaRequest("s", 5, 3, first.Lease.Day), policy, Noon + at, at, TimeSpan.Zero);

        Assert.Equal(3, second.Lease.Permits);
    }

    [Fact]
    public void LeaseQuota_WhenMoreComesBackThanWasHad_OnlyThatCounts()
    {
        var policy = new TenantPolicy { SendsPerUtcDay = 5 };
        var first = Ask(TenantRules.BeginQuota(QuotaLedger.Unused, Noon), policy, 2, TimeSpan.Zero);
        var second = TenantRules.LeaseQuota(
            first.Write!, first.Next, new QuotaRequest("s", 9, 100, first.Lease.Day), policy, Noon, TimeSpan.FromSeconds(1), TimeSpan.Zero);

        Assert.Equal(5, second.Lease.Permits);
    }

    [Fact]
    public void LeaseQuota_WhenAnotherSiloAskedToo_LeavesItHalf()
    {
        var policy = new TenantPolicy { StartsPerSecond = 100 };
        var first = Ask(TenantRules.BeginQuota(QuotaLedger.Unused, Noon), policy, 20, TimeSpan.Zero);
        var second = TenantRules.LeaseQuota(first.Write!, first.Next, new QuotaRequest("other", 100, 0, 0), policy, Noon, TimeSpan.Zero, TimeSpan.Zero);

        Assert.Equal(40, second.Lease.Permits);
    }

    [Fact]
    public void BeginQuota_AfterACrash_WaitsAtMostForTheReserveAndOneWindow()
    {
        var ledger = new QuotaLedger(1, 1, Noon.AddSeconds(60));

        Assert.Equal(TenantRules.LongestWait, TenantRules.BeginQuota(ledger, Noon).OpensAt);
        Assert.Equal(TimeSpan.Zero, TenantRules.BeginQuota(ledger, Noon.AddSeconds(60)).OpensAt);
        Assert.Equal(TimeSpan.Zero, TenantRules.BeginQuota(TenantRules.EndQuota(ledger, new QuotaRun()), Noon).OpensAt);
    }

    [Fact]
    public void LeaseQuota_BeforeItOpens_RefusesNobodyAndSaysHowLong()
    {
        var ledger = new QuotaLedger(DateOnly.FromDateTime(Noon.UtcDateTime).DayNumber, 1, Noon.AddSeconds(2));
        var at = TimeSpan.FromMilliseconds(500);
        var step = TenantRules.LeaseQuota(ledger, TenantRules.BeginQuota(ledger, Noon), new QuotaRequest("s", 5, 0, 0), new TenantPolicy(), Noon + at, at, TimeSpan.Zero);

        Assert.Equal((0, null, TimeSpan.FromMilliseconds(1_500)), (step.Lease.Permits, step.Lease.Limit, step.Lease.ValidFor));
        Assert.Null(step.Write);
    }

    private static QuotaStep Ask(QuotaRun run, TenantPolicy policy, int wanted, TimeSpan uptime) =>
        TenantRules.LeaseQuota(QuotaLedger.Unused, run, new QuotaRequest("s", wanted, 0, 0), policy, Noon, uptime, TimeSpan.Zero);

    private static void AnyStep(QuotaWorld world, Random random, Func<TimeSpan> offset)
    {
        var silo = $"s{random.Next(1, 4)}";
        switch (random.Next(12))
        {
            case 0:
                world.Activate(offset());
                break;
            case 1 when world.Alive.Count > 0:
                world.Alive.RemoveAt(random.Next(world.Alive.Count));
                break;
            case 2 when world.Alive.Count > 0:
                world.End(world.Alive[random.Next(world.Alive.Count)]);
                break;
            case 3 or 4:
                world.Advance(TimeSpan.FromMilliseconds(random.Next(1, random.Next(10) == 0 ? 60_000 : 1_500)));
                break;
            case 5 or 6 or 7:
                world.Spend(silo, random.Next(1, 50));
                break;
            default:
                if (world.Alive.Count == 0)
                    world.Activate(offset());

                world.Ask(silo, world.Alive[random.Next(world.Alive.Count)], random.Next(0, 50), TimeSpan.FromMilliseconds(random.Next(0, 30)), random.Next(8) == 0);
                break;
        }
    }
}
