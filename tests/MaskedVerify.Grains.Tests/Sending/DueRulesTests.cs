using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Sending;

namespace MaskedVerify.Grains.Tests.Sending;

public sealed class DueRulesTests
{
    private static readonly DateTimeOffset Start = new(2031, 3, 5, 12, 0, 0, TimeSpan.Zero);

    [Property]
    public void Failed_WheneverItIs_IsHopelessAfterADayWithoutAnHourOfSilence(ushort[] pauses)
    {
        var (now, begin) = (Start, Start);
        FailingStep? step = null;
        foreach (var seconds in pauses.Select(pause => pause % 3_700))
        {
            now = now.AddSeconds(seconds);
            begin = step is null || TimeSpan.FromSeconds(seconds) > DueRules.Silence ? now : begin;
            step = DueRules.Failed(step, now);

            Assert.Equal(now - begin >= DueRules.GiveUpAfter, DueRules.IsHopeless(step.Value));
        }
    }

    [Fact]
    public void Failed_WhenTheClockWasSetBack_BeginsAnew() =>
        Assert.Equal(new FailingStep(Start, Start), DueRules.Failed(new FailingStep(Start.AddDays(-1), Start.AddMinutes(1)), Start));

    [Fact]
    public void Steps_WhenMoreFailThanAreRemembered_KeepTheOldUntilTheyAreSilent()
    {
        var steps = new FailingSteps<VerificationId>();
        for (var n = 0; n < DueRules.MostFailing + 5; n++)
            Assert.False(steps.Failed(Verification(n), Start));
        Assert.Equal(DueRules.MostFailing, steps.Count);

        Assert.False(steps.Failed(Verification(-1), Start + DueRules.Silence + TimeSpan.FromSeconds(1)));
        Assert.Equal(1, steps.Count);
        steps.Ended(Verification(-1));
        Assert.Equal(0, steps.Count);
    }

    private static VerificationId Verification(int n) => VerificationId.Create('1', AliasId.Create('1', 5, 7), (UInt128)(n + 10), 9);
}
