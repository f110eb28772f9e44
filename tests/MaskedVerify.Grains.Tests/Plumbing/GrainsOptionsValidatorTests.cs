using MaskedVerify.Grains.Plumbing;

namespace MaskedVerify.Grains.Tests.Plumbing;

public sealed class GrainsOptionsValidatorTests
{
    [Fact]
    public void Validate_WhenDefault_IsGood() => Assert.True(new GrainsOptionsValidator().Validate(null, new GrainsOptions()).Succeeded);

    [Fact]
    public void Validate_WhenTheAuditOutboxHasNoBound_IsGood() =>
        Assert.True(new GrainsOptionsValidator().Validate(null, new GrainsOptions { AuditBoundEvents = 0, AuditBoundAge = TimeSpan.Zero }).Succeeded);

    [Fact]
    public void Validate_WhenTheDayAllowsANumberLessThanTheHour_SaysSo() => Assert.Equal(
        ["NumberSendsPerDay must be 30 to 1000000; it is 29."],
        new GrainsOptionsValidator().Validate(null, new GrainsOptions { NumberSendsPerHour = 30, NumberSendsPerDay = 29 }).Failures);

    [Fact]
    public void Validate_WhenEverythingIsWrong_ReportsItAll()
    {
        var options = new GrainsOptions
        {
            Region = "EU west",
            StartupTimeout = TimeSpan.Zero,
            SnapshotPollInterval = TimeSpan.FromSeconds(5),
            MaxClockSkew = TimeSpan.FromSeconds(-1),
            SendQueueCapacity = 0,
            SendWorkers = 0,
            DuePollInterval = TimeSpan.Zero,
            DueBatch = 0,
            DueConcurrency = 0,
            ReceiptPollInterval = TimeSpan.Zero,
            SweepInterval = TimeSpan.Zero,
            AuditDrainInterval = TimeSpan.Zero,
            AuditBoundEvents = 9_999,
            AuditBoundAge = TimeSpan.FromDays(8),
            NumberSendsPerHour = 0,
            NumberSendsPerDay = 0,
            BindsPerCarrier = 0,
            IdleGrainAge = TimeSpan.Zero,
            LoadSheddingPercent = 10,
        };

        var result = new GrainsOptionsValidator().Validate(null, options);

        Assert.Equal(typeof(GrainsOptions).GetProperties().Select(p => p.Name).Order(), result.Failures!.Select(f => f.Split(' ')[0]).Order());
    }
}
