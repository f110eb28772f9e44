using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MaskedVerify.Front.Tests.Hosting;

public sealed class DrainTests
{
    [Fact]
    public async Task Stop_WithADrainDelay_IsNotReadyAndStillServes()
    {
        await using var front = await RunningFront.StartAsync(["--drain-delay", "3"]);
        front.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var stopping = front.Services.GetServices<IHostedService>().OfType<Drain>().Single().StoppingAsync(CancellationToken.None);

        await Eventually.TrueAsync(async () => (await front.SendAsync("GET", "/health/ready", key: "")).Status == 503, "readiness says that the server leaves");
        Assert.False(stopping.IsCompleted);
        Assert.Equal(200, (await front.SendAsync("GET", "/health/live", key: "")).Status);
        await Eventually.TrueAsync(
            async () => (await front.SendAsync("POST", "/v1/verifications", """{"to":{"phoneNumber":"+12025550100"}}""")).Status == 201, "a verification is started meanwhile");
        await stopping;
    }

    [Fact]
    public async Task Stop_WithoutADelay_IsOverAtOnce()
    {
        await using var front = await RunningFront.StartAsync();

        await front.Services.GetServices<IHostedService>().OfType<Drain>().Single().StoppingAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1));

        Assert.True(front.Services.GetRequiredService<DrainState>().IsDraining);
    }
}
