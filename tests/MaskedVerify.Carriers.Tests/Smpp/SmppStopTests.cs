using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Carriers.Tests.Smpp;

public sealed class SmppStopTests
{
    private static readonly CarrierMessage s_message = SandboxHost.Message("+12025550100");

    [Fact]
    public async Task Stop_WhenSubmitsAreUnderWay_WaitsForThemAndSaysGoodbye()
    {
        await using var centre = SmppCentre.Start();
        var release = new TaskCompletionSource();
        centre.Reply = _ => CentreReply.Accept with { Until = release.Task };
        await using var host = await SmppHost.StartAsync(centre.Port);
        var underWay = Enumerable.Range(0, 5).Select(_ => host.SubmitAsync(s_message)).ToList();
        await Eventually.TrueAsync(() => centre.Messages.Count == 5, "the submits are with the centre");

        var stop = host.Session.StopAsync(CancellationToken.None);
        Assert.Equal(CarrierError.NotSent, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(0, centre.Unbinds);
        release.SetResult();
        Assert.All(await Task.WhenAll(underWay), result => Assert.Equal(CarrierError.None, result.Error));
        await stop;
        Assert.Equal(1, centre.Unbinds);
        await Eventually.TrueAsync(() => centre.Connections == 0, "the connection is closed");
    }

    [Fact]
    public async Task Stop_WhenCancelled_DoesNotWait()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Silence;
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:Deadline", "00:01:00"));
        var underWay = host.SubmitAsync(s_message);
        await Eventually.TrueAsync(() => centre.Messages.Count == 1, "the submit is with the centre");
        await host.Session.StopAsync(new CancellationToken(canceled: true));
        Assert.Equal(CarrierError.NoAnswer, (await underWay).Error);
    }

    [Fact]
    public async Task Start_WhenStoppedBefore_BindsAgain()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        await host.Session.StopAsync(CancellationToken.None);
        await host.Session.StopAsync(CancellationToken.None);
        await host.Session.StartAsync(CancellationToken.None);
        await host.Session.StartAsync(CancellationToken.None);
        await host.ReadyAsync();
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(2, centre.Binds);
    }

    [Fact]
    public async Task Stop_WhenTheCentreIsAway_EndsAtOnce()
    {
        int port;
        await using (var probe = SmppCentre.Start())
        {
            port = probe.Port;
        }

        await using var host = await SmppHost.StartAsync(port, null, null, waitUntilReady: false, ("Smpp:ReconnectMin", "00:01:00"), ("Smpp:ReconnectMax", "00:01:00"));
        await Eventually.TrueAsync(() => host.Session.StatusText.StartsWith("reconnecting", StringComparison.Ordinal), "it waits to reconnect");
        await host.Session.StopAsync(CancellationToken.None);
        Assert.Equal("stopped", host.Session.StatusText);
    }
}
