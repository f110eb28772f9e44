using System.Net;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Tests.Hosting;

/// <summary>Who is one address: of two places for each, the third connection finds none.</summary>
public sealed class ConnectionLimitTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<FrontMetrics>().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    public async Task Run_WhenTheThirdComes_IsRefusedIfItIsOfTheSameAddress(string first, string third, bool isServed)
    {
        var limit = new ConnectionLimit(
            Options.Create(new FrontLimits { ConnectionsPerAddress = 2 }), new FrontOptions { DataFolder = "/", BehindProxy = [IPNetwork.Parse("10.0.0.0/8")] }, TimeProvider.System,
            _services.GetRequiredService<FrontMetrics>(), NullLogger<ConnectionLimit>.Instance);
        var end = new TaskCompletionSource();
        var open = new[] { first, first }.Select(a => limit.RunAsync(From(a), _ => end.Task)).ToList();

        Assert.Equal(isServed, await IsServedAsync(limit, third));

        end.SetResult();
        await Task.WhenAll(open);
        Assert.True(await IsServedAsync(limit, first));
    }

    private static async Task<bool> IsServedAsync(ConnectionLimit limit, string address)
    {
        var served = false;
        await limit.RunAsync(From(address), _ =>
        {
            served = true;
            return Task.CompletedTask;
        });
        return served;
    }

    private static DefaultConnectionContext From(string address) => new() { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 4711) };
}
