using System.Collections;
using System.Diagnostics.Metrics;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Tests.Hosting;

public sealed class DrainTests
{
    [Fact]
    public async Task Stop_WithADrainDelay_IsNotReadyAndStillServes()
    {
        await using var front = await RunningFront.StartAsync(["--drain-delay", "3"]);
        using var ready = new MetricCollector<int>(front.Services.GetRequiredService<IMeterFactory>(), "MaskedVerify.Operations", "maskedverify.ready");
        ready.RecordObservableInstruments();
        Assert.Equal(1, ready.LastMeasurement!.Value);
        front.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var stopping = front.Services.GetServices<IHostedService>().OfType<Drain>().Single().StoppingAsync(CancellationToken.None);

        await Eventually.TrueAsync(async () => (await front.SendAsync("GET", "/health/ready", key: "")).Status == 503, "readiness says that the server leaves");
        ready.RecordObservableInstruments();
        Assert.Equal(0, ready.LastMeasurement!.Value);
        Assert.False(stopping.IsCompleted);
        Assert.Equal(200, (await front.SendAsync("GET", "/health/live", key: "")).Status);
        await Eventually.TrueAsync(
            async () => (await front.SendAsync("POST", "/v1/verifications", """{"to":{"phoneNumber":"+12025550100"}}""")).Status == 201, "a verification is started meanwhile");
        await stopping;
    }

    [Theory]
    [InlineData("0", 30)]
    [InlineData("10", 40)]
    [InlineData("300", 330)]
    public async Task Stop_AfterAnyDelay_HasThirtySecondsForTheRest(string delay, int seconds)
    {
        var home = Directory.CreateTempSubdirectory("mv-front-").FullName;
        await using (var app = FrontServer.Build(["--data", Path.Combine(home, "data"), "--urls", "http://127.0.0.1:0", "--internal-port", "0", "--drain-delay", delay], new Hashtable()))
            Assert.Equal(TimeSpan.FromSeconds(seconds), app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task Stop_WithoutADelay_IsOverAtOnce()
    {
        await using var front = await RunningFront.StartAsync();

        var stopping = front.Services.GetServices<IHostedService>().OfType<Drain>().Single().StoppingAsync(CancellationToken.None);

        Assert.True(stopping.IsCompletedSuccessfully);
        Assert.True(front.Services.GetRequiredService<DrainState>().IsDraining);
    }
}
