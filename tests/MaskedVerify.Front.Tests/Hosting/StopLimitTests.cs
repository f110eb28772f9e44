using MaskedVerify.Front.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MaskedVerify.Front.Tests.Hosting;

public sealed class StopLimitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task IsOver_WhenAServiceEndsOnlyBecauseTheHostDoesNotWait_IsTrue(bool ends)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ends ? TimeSpan.FromSeconds(30) : TimeSpan.FromMilliseconds(200));
        var limit = new StopLimit();
        builder.Services.AddSingleton<IHostedService>(limit);
        builder.Services.AddSingleton<IHostedService>(new Lingering(ends));
        await using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(limit.IsOver);

        await app.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(!ends, limit.IsOver);
    }

    /// <summary>Swallows that it was cut short, as many services do.</summary>
    private sealed class Lingering(bool ends) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            var cut = new TaskCompletionSource();
            await using var registration = cancellationToken.Register(() => cut.TrySetResult());
            if (!ends)
                await cut.Task;
        }
    }
}
