using FsCheck.Xunit;

namespace MaskedVerify.Domain.Tests.Verifications;

public sealed class AttemptStatusOrderTests
{
    private static readonly AttemptStatus[] All = Enum.GetValues<AttemptStatus>();

    [Property(MaxTest = 1_000)]
    public void MayBecome_WhateverOrderReportsComeIn_MovesForwardOnly(byte[] reports)
    {
        var current = AttemptStatus.Claimed;
        foreach (var report in reports)
        {
            var next = All[report % All.Length];
            var before = current;
            current = current.MayBecome(next) ? next : current;
            Assert.True(current.Rank() >= before.Rank());
            Assert.True(!before.IsFinal() || current.IsFinal());
        }

        Assert.Equal(reports.Select(report => All[report % All.Length].Rank()).Append(0).Max(), current.Rank());
    }

    [Fact]
    public void MayBecome_IsAStrictOrder()
    {
        foreach (var a in All)
        {
            Assert.True(a.Rank() >= 0, $"{a} has no rank");
            Assert.False(a.MayBecome(a));
            foreach (var b in All)
            {
                Assert.False(a.MayBecome(b) && b.MayBecome(a));
                foreach (var c in All.Where(c => a.MayBecome(b) && b.MayBecome(c)))
                {
                    Assert.True(a.MayBecome(c));
                }
            }
        }
    }

    [Fact]
    public void Delivered_IsTheLastWord()
    {
        Assert.All(All.Where(status => status != AttemptStatus.Delivered), status => Assert.True(status.MayBecome(AttemptStatus.Delivered)));
        Assert.All(All, status => Assert.False(AttemptStatus.Delivered.MayBecome(status)));
        Assert.True(AttemptStatus.Unknown.MayBecome(AttemptStatus.Accepted));
        Assert.False(AttemptStatus.Accepted.MayBecome(AttemptStatus.Unknown));
        Assert.False(AttemptStatus.Rejected.MayBecome(AttemptStatus.Undelivered));
    }

    [Fact]
    public void Numbers_AreStored_AndNeverChange()
    {
        Assert.Equal(
            "Claimed=0 Queued=1 Accepted=2 Sent=3 Delivered=4 Undelivered=5 Rejected=6 Unknown=7", string.Join(' ', All.Select(s => $"{s}={(int)s}")));
        Assert.Equal(
            "Pending=0 Approved=1 Canceled=2 Expired=3 AttemptsExhausted=4 Undeliverable=5 Blocked=6",
            string.Join(' ', Enum.GetValues<VerificationStatus>().Select(s => $"{s}={(int)s}")));
        Assert.Equal("Rotate=0 Reuse=1 KeepPreviousUntilAccepted=2", string.Join(' ', Enum.GetValues<ResendPolicy>().Select(s => $"{s}={(int)s}")));
        Assert.Equal("Sms=0 Voice=1", string.Join(' ', Enum.GetValues<Channel>().Select(s => $"{s}={(int)s}")));
    }
}
