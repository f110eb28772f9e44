using FsCheck.Xunit;
using MaskedVerify.Grains.Clocks;

namespace MaskedVerify.Grains.Tests.Clocks;

public sealed class ClockRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Property]
    public void Sample_WhateverTheWay_IsWrongByItsErrorAtMost(int trueOffsetMs, ushort thereMs, ushort backMs)
    {
        var there = TimeSpan.FromMilliseconds(thereMs % 500);
        var back = TimeSpan.FromMilliseconds(backMs % 500);
        var offset = TimeSpan.FromMilliseconds(trueOffsetMs % 600_000);

        var sample = ClockRules.Sample(Noon, there + back, Noon + there + offset)!.Value;

        Assert.True((sample.Offset - offset).Duration() <= sample.Error);
    }

    [Fact]
    public void Sample_WhenTheQuestionTookTooLong_IsNone()
    {
        Assert.Null(ClockRules.Sample(Noon, ClockRules.MaxRoundTrip + TimeSpan.FromTicks(1), Noon));
        Assert.Null(ClockRules.Sample(Noon, TimeSpan.FromTicks(-1), Noon));
    }

    [Property]
    public void Judge_WhenTheClockIsRightAndAsked_IsAlwaysGood(byte[] waysMs)
    {
        var state = ClockState.Start(TimeSpan.Zero);
        var now = TimeSpan.Zero;
        foreach (var way in waysMs)
        {
            now += TimeSpan.FromSeconds(10);
            state = ClockRules.Next(state, new ClockSample(TimeSpan.FromMilliseconds(way - 128), TimeSpan.FromMilliseconds(way)), now);
            Assert.Equal(ClockVerdict.Good, ClockRules.Judge(state, now));
        }
    }

    [Property]
    public void Judge_WhenTheClockIsOff_IsNotReadyAtOnceAndStopsAtTheSecondLook(int off, ushort errorMs, bool behind)
    {
        var error = TimeSpan.FromMilliseconds(errorMs % 500);
        var offset = (ClockRules.MaxOffset + error + TimeSpan.FromMilliseconds(1 + Math.Abs((long)off) % 600_000)) * (behind ? -1 : 1);
        var sample = new ClockSample(offset, error);

        var once = ClockRules.Next(ClockState.Start(TimeSpan.Zero), sample, TimeSpan.FromSeconds(1));
        var twice = ClockRules.Next(once, sample, TimeSpan.FromSeconds(3));

        Assert.Equal(ClockVerdict.NotReady, ClockRules.Judge(once, TimeSpan.FromSeconds(1)));
        Assert.Equal(ClockVerdict.Stop, ClockRules.Judge(twice, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void Judge_WhenOneLookWasAHiccup_RecoversWithTheNext()
    {
        var good = new ClockSample(TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        var state = ClockRules.Next(ClockState.Start(TimeSpan.Zero), good, TimeSpan.FromSeconds(1));
        state = ClockRules.Next(state, new ClockSample(TimeSpan.FromMinutes(10), TimeSpan.Zero), TimeSpan.FromSeconds(2));
        Assert.Equal(ClockVerdict.NotReady, ClockRules.Judge(state, TimeSpan.FromSeconds(2)));

        state = ClockRules.Next(state, good, TimeSpan.FromSeconds(3));

        Assert.Equal(ClockVerdict.Good, ClockRules.Judge(state, TimeSpan.FromSeconds(3)));
        Assert.Equal(TimeSpan.Zero, state.Offset);
    }

    [Property]
    public void Judge_WhenNothingCanBeMeasured_GoesFromGoodToNotReadyToStopAndNeverBack(uint seconds)
    {
        var state = ClockRules.Next(ClockState.Start(TimeSpan.Zero), default(ClockSample), TimeSpan.Zero);
        var now = TimeSpan.FromSeconds(seconds % 1000);

        var expected = now > ClockRules.StopAfter ? ClockVerdict.Stop : now > ClockRules.NotReadyAfter ? ClockVerdict.NotReady : ClockVerdict.Good;

        Assert.Equal(expected, ClockRules.Judge(ClockRules.Next(state, null, now), now));
    }

    [Fact]
    public void Judge_WhenADatabaseIsAwayForAMinute_DoesNotStop()
    {
        var state = ClockRules.Next(ClockState.Start(TimeSpan.Zero), default(ClockSample), TimeSpan.Zero);

        Assert.Equal(ClockVerdict.NotReady, ClockRules.Judge(state, TimeSpan.FromSeconds(70)));
    }

    [Property]
    public void Offset_OfManyLooks_IsThatOfTheShortestWay(byte[] errors)
    {
        var state = ClockState.Start(TimeSpan.Zero);
        foreach (var error in errors)
            state = ClockRules.Next(state, new ClockSample(TimeSpan.FromMilliseconds(error), TimeSpan.FromMilliseconds(error)), TimeSpan.Zero);

        if (errors.Length > 0)
            Assert.Equal(errors.TakeLast(ClockRules.Kept).Min(), state.Offset.TotalMilliseconds);
    }
}
