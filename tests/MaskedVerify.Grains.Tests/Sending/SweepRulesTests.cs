using FsCheck.Xunit;
using MaskedVerify.Grains.Sending;

namespace MaskedVerify.Grains.Tests.Sending;

public sealed class SweepRulesTests
{
    [Property]
    public void PauseAfter_WhenABatchTookAnyTime_IsTwiceThatWithinBounds(uint microseconds)
    {
        var took = TimeSpan.FromMicroseconds(microseconds);

        var pause = SweepRules.PauseAfter(took);

        Assert.InRange(pause, SweepRules.ShortestPause, SweepRules.LongestPause);
        if (took * 2 > SweepRules.ShortestPause && took * 2 < SweepRules.LongestPause)
            Assert.Equal(took * 2, pause);
    }

    // 2,000 pairs a second leave as many outcomes, keys, receipts and guard rows: the sweeper has to be faster than that, also where a batch waits for a commit.
    [Theory]
    [InlineData(5)]
    [InlineData(40)]
    public void PauseAfter_WhenBatchesTakeSoLong_KeepsUpWithTwoThousandPairsASecond(int milliseconds)
    {
        var took = TimeSpan.FromMilliseconds(milliseconds);

        Assert.True(SweepRules.Batch / (took + SweepRules.PauseAfter(took)).TotalSeconds >= 2_000);
    }
}
