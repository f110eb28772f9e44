using MaskedVerify.Domain;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Grains.Clocks;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Front.Tests.Hosting;

public sealed class ClockTests
{
    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    public async Task Start_WhenTheClockIsTenMinutesOff_EndsWithItsCodeAndASentence(int seconds)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(TimeSpan.FromSeconds(seconds)));

        var failure = StartFailure.Explain(error);
        Assert.Equal(ExitCodes.ClockOff, failure?.ExitCode);
        Assert.Contains(failure!.Lines, l => l.Contains($"{-seconds} s off the database's, and at most 2 s are allowed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WhenTheClockIsASecondOff_GoesByTheDatabases()
    {
        await using var front = await StartAsync(TimeSpan.FromSeconds(1));

        // Between two looks at the system's clock, so that a pause of this thread does not count.
        var before = TimeProvider.System.GetUtcNow();
        var now = front.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var after = TimeProvider.System.GetUtcNow();

        Assert.InRange(now, before + TimeSpan.FromMilliseconds(700), after + TimeSpan.FromMilliseconds(1300));
        Assert.Contains("\"clock\"", (await front.SendAsync("GET", "/health/ready", key: "", client: front.Internal)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnTheEmbeddedEngine_HasOneClock()
    {
        await using var front = await RunningFront.StartAsync();

        Assert.Equal(TimeSpan.Zero, front.Services.GetRequiredService<ClusterTime>().Offset);
    }

    private static Task<RunningFront> StartAsync(TimeSpan offset) =>
        RunningFront.StartAsync(customise: builder => builder.Services.AddSingleton<IDatabaseClock>(new Clock(offset)));

    private sealed class Clock(TimeSpan offset) : IDatabaseClock
    {
        public ValueTask<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<DateTimeOffset?>(TimeProvider.System.GetUtcNow() + offset);
    }
}
