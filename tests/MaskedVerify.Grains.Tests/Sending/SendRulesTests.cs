using FsCheck.Xunit;
using MaskedVerify.Carriers;
using MaskedVerify.Grains.Sending;

namespace MaskedVerify.Grains.Tests.Sending;

public sealed class SendRulesTests
{
    [Theory]
    [InlineData(0, 8.0)]
    [InlineData(1, 8.0)]
    [InlineData(3, 6.0)]
    [InlineData(5, 4.0)]
    [InlineData(5.001, null)]
    [InlineData(100, null)]
    public void DeadlineAfter_WhenSoLongSinceTheClaim_LeavesNothingForLaterThanNineSeconds(double seconds, double? deadline) =>
        Assert.Equal(deadline, SendRules.DeadlineAfter(TimeSpan.FromSeconds(seconds))?.TotalSeconds);

    [Property]
    public void WaitsForConnection_WhateverHappened_OnlyWhereNothingLeftAndNobodyElseMayCarryItInTime(CarrierError error, bool ready, bool last, uint milliseconds)
    {
        var since = TimeSpan.FromMilliseconds(milliseconds % 10_000);
        var waits = SendRules.WaitsForConnection(error, ready, last, since);
        Assert.Equal(error == CarrierError.NotSent && !ready && last && since <= TimeSpan.FromSeconds(4.8), waits);
        Assert.True(!waits || SendRules.DeadlineAfter(since + SendRules.ConnectionPause) is not null);
    }

    [Property]
    public void DeadlineAfter_WhenAnyTimeHasPassed_IsOverBeforeTheClaimIsGivenUp(uint milliseconds)
    {
        var since = TimeSpan.FromMilliseconds(milliseconds % 20_000);

        var deadline = SendRules.DeadlineAfter(since);

        Assert.Equal(since <= SendRules.SubmitWithin, deadline is not null);
        if (deadline is { } left)
        {
            Assert.InRange(left, TimeSpan.FromSeconds(1), SendRules.CarrierDeadline);
            Assert.True(since + left <= SendRules.HandOverWithin);
        }
    }
}
