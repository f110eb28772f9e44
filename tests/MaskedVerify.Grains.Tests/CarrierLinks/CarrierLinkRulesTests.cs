using FsCheck.Xunit;
using MaskedVerify.Grains.CarrierLinks;
using MaskedVerify.Grains.Sending;

namespace MaskedVerify.Grains.Tests.CarrierLinks;

public sealed class CarrierLinkRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Acquire_WhenFree_GrantsWithANewFence()
    {
        var outcome = CarrierLinkRules.Acquire(new CarrierLinkState(), "a", Now);

        Assert.Equal(new LinkLease(true, 1, Now + CarrierLinkRules.LeaseLength), outcome.Lease);
        Assert.NotNull(outcome.Next);
    }

    [Fact]
    public void Acquire_WhenHeldByAnother_IsRefusedWithoutAWrite()
    {
        var state = CarrierLinkRules.Acquire(new CarrierLinkState(), "a", Now).Next!;

        Assert.True(CarrierLinkRules.Acquire(state, "b", Now.AddSeconds(14.9)) is { Next: null, Lease: { Granted: false, Fence: 1 } });
    }

    [Fact]
    public void Acquire_WhenTheClockWentBack_ABindIsNotLostForLong()
    {
        var state = CarrierLinkRules.Acquire(new CarrierLinkState(), "dead", Now.AddDays(1)).Next!;

        var refused = CarrierLinkRules.Acquire(state, "b", Now);

        Assert.False(refused.Lease.Granted);
        Assert.True(CarrierLinkRules.Acquire(refused.Next!, "b", Now + CarrierLinkRules.LeaseLength).Lease.Granted);
    }

    [Fact]
    public void Release_WhenFenceIsOld_ChangesNothing()
    {
        var state = CarrierLinkRules.Acquire(new CarrierLinkState(), "a", Now).Next!;

        Assert.Null(CarrierLinkRules.Release(state, "a", 0));
        Assert.Null(CarrierLinkRules.Release(state, "b", 1));
        Assert.True(CarrierLinkRules.Acquire(CarrierLinkRules.Release(state, "a", 1)!, "b", Now).Lease is { Granted: true, Fence: 2 });
    }

    /// <summary>
    /// Whatever holders ask, forget, come back and release, in whatever order answers are lost: at most one of them believes at any time that it holds the bind, and a
    /// fence has one holder only. A holder believes until its session's patience is over, counted from the moment it asked; the row's clock may go back.
    /// </summary>
    [Property(MaxTest = 500)]
    public void Acquire_WhenHoldersCompete_AtMostOneHolds(int seed)
    {
        var random = new Random(seed);
        var state = new CarrierLinkState();
        var believes = new Dictionary<string, (long Fence, DateTimeOffset Until)>();
        var fences = new Dictionary<long, string>();
        var now = Now;
        var shift = TimeSpan.Zero;
        for (var i = 0; i < 300; i++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(0, 6_000));
            if (random.Next(30) == 0)
                shift -= TimeSpan.FromSeconds(random.Next(0, 3_600));

            var holder = "h" + random.Next(4);
            if (random.Next(6) == 0 && believes.Remove(holder, out var mine))
            {
                state = CarrierLinkRules.Release(state, holder, mine.Fence) ?? state;
            }
            else
            {
                var askedAt = now;
                now += TimeSpan.FromMilliseconds(random.Next(0, 3_000));
                var outcome = CarrierLinkRules.Acquire(state, holder, now + shift);
                state = outcome.Next ?? state;
                if (outcome.Lease.Granted)
                    Assert.Equal(holder, fences.TryAdd(outcome.Lease.Fence, holder) ? holder : fences[outcome.Lease.Fence]);

                if (outcome.Lease.Granted && random.Next(8) > 0)
                    believes[holder] = (outcome.Lease.Fence, askedAt + CarrierLinkHost.GiveUpAfter);
            }

            Assert.True(believes.Count(b => b.Value.Until > now) <= 1, "Two believe that they hold the bind.");
        }
    }
}
