using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.AuditLogs;

namespace MaskedVerify.Grains.Tests.AuditLogs;

public sealed class AuditDrainRulesTests
{
    private static readonly DateTimeOffset Now = new(2031, 3, 5, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, null, 0, 0)]
    [InlineData(0, null, 9, 0)]
    [InlineData(1, 0, 0, AuditDrainRules.Batch)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(4_999, 999, 1, 0)]
    [InlineData(4_999, 1_000, 1, AuditDrainRules.Batch)]
    [InlineData(5_000, 0, 4_096, AuditDrainRules.Batch)]
    [InlineData(1, -1, 1, AuditDrainRules.Batch)]
    public void Take_WhenSoMuchWaits_MovesWhatItMay(long events, int? milliseconds, int writes, int take) =>
        Assert.Equal(take, AuditDrainRules.Take(new AuditBacklog(events, milliseconds is { } age ? Now.AddMilliseconds(-age) : null, writes), Now));

    [Property]
    public void Take_WhenNoCommitWaitsOrEventsAreOldOrMany_NeverStandsBack(uint events, int milliseconds, ushort writes)
    {
        var backlog = new AuditBacklog(1L + events, Now.AddMilliseconds(-(long)milliseconds), writes);

        var mayWait = writes > 0 && events < AuditDrainRules.PatientEvents && milliseconds >= 0 && milliseconds < AuditDrainRules.Patience.TotalMilliseconds;

        if (!mayWait)
            Assert.Equal(AuditDrainRules.Batch, AuditDrainRules.Take(backlog, Now));
        Assert.InRange(AuditDrainRules.Take(backlog, Now), 0, AuditDrainRules.Batch);
    }

    [Property]
    public void PauseAfter_WhenABatchWasFull_IsShort(ushort moved, ushort interval)
    {
        var pause = AuditDrainRules.PauseAfter(moved, TimeSpan.FromMilliseconds(interval));

        Assert.Equal(moved >= AuditDrainRules.Batch ? AuditDrainRules.Breath : TimeSpan.FromMilliseconds(interval), pause);
    }

    [Property]
    public void PauseAfterFailure_WhenFailuresGoOn_GrowsToItsEnd(ushort interval)
    {
        var between = TimeSpan.FromMilliseconds(10 + (interval % 4_000));
        var pause = between;
        for (var i = 0; i < 12; i++)
        {
            var next = AuditDrainRules.PauseAfterFailure(pause, between);
            Assert.True(next >= pause);
            pause = next;
        }

        Assert.Equal(AuditDrainRules.LongestPause, pause);
    }
}
