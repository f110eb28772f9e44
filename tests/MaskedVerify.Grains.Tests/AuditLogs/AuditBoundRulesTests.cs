using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.AuditLogs;

namespace MaskedVerify.Grains.Tests.AuditLogs;

public sealed class AuditBoundRulesTests
{
    private static readonly DateTimeOffset Now = new(2031, 3, 5, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, null, "None")]
    [InlineData(100, 60, "None")]
    [InlineData(101, 0, "Events")]
    [InlineData(1, 61, "Age")]
    [InlineData(101, 61, "Events")]
    [InlineData(1, -3_600, "None")]
    public void Judge_WhenSoMuchWaits_SaysWhetherItIsTooMuch(long events, int? seconds, string reason) =>
        Assert.Equal(reason, Judge(events, seconds, 100, 60).ToString());

    [Property]
    public void Judge_WhenNothingIsBounded_NeverRefuses(uint events, int seconds) => Assert.Equal(AuditBoundReason.None, Judge(events, seconds, 0, 0));

    [Property]
    public void Judge_Any_RefusesIfAndOnlyIfABoundIsPassed(ushort events, ushort seconds, ushort mostEvents, ushort longest)
    {
        var isOver = events > 0 && ((mostEvents > 0 && events > mostEvents) || (longest > 0 && seconds > longest));

        Assert.Equal(isOver, Judge(events, seconds, mostEvents, longest) != AuditBoundReason.None);
    }

    [Property]
    public void Judge_WhenLessWaits_IsNeverStricter(ushort events, ushort seconds, ushort fewer, ushort younger)
    {
        var later = Judge(Math.Min(events, fewer), Math.Min(seconds, younger), 1_000, 900);

        Assert.True(Judge(events, seconds, 1_000, 900) != AuditBoundReason.None || later == AuditBoundReason.None);
    }

    [Property]
    public void Now_WhenTheLookIsOld_SaysNothing(ushort milliseconds)
    {
        var since = TimeSpan.FromMilliseconds(milliseconds * 2.0);

        Assert.Equal(since <= AuditBoundRules.Fresh ? AuditBoundReason.Age : AuditBoundReason.None, AuditBoundRules.Now(AuditBoundReason.Age, since));
        Assert.Equal(AuditBoundReason.None, AuditBoundRules.Now(AuditBoundReason.None, since));
    }

    private static AuditBoundReason Judge(long events, int? seconds, long mostEvents, int longest) => AuditBoundRules.Judge(
        new AuditBacklog(events, seconds is { } age ? Now.AddSeconds(-age) : null, 0), Now, mostEvents, TimeSpan.FromSeconds(longest));
}
