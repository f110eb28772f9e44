using MaskedVerify.Carriers;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Grains.Tests.Plumbing;

public sealed class CarrierWaitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestCarrier _sandbox = new("sandbox");
    private readonly TestSession _session = new(new TestCarrier("smsc"));

    [Fact]
    public void Check_WithoutACarrierThatConnects_WaitsForNothingAndSaysSo()
    {
        var wait = new CarrierWait(_time);
        const string text = "No carrier known here needs a connection: there is none to wait for.";

        Assert.Equal((true, text), Told(wait.Check([_sandbox], null)));
        Assert.Equal((true, text), Told(wait.Check([_sandbox], null)));
    }

    [Fact]
    public async Task Check_UntilACarrierIsBound_IsNotReady_AndNeverAgain()
    {
        var wait = new CarrierWait(_time);
        ICarrierClient[] carriers = [_sandbox, _session];
        var item = wait.Check(carriers, null);
        Assert.Equal((false, true), (item.IsReady, item.IsRequired));

        await _session.StartAsync(CancellationToken.None);
        Assert.Equal((true, "The carriers were waited for."), Told(wait.Check(carriers, null)));

        await _session.StopAsync(CancellationToken.None);
        Assert.True(wait.Check(carriers, null).IsReady);
    }

    [Fact]
    public void Check_WhenTheCarrierStaysAway_EndsWithASentence()
    {
        var wait = new CarrierWait(_time);
        Assert.False(wait.Check([_session], null).IsReady);
        _time.Advance(CarrierWait.AtMost - TimeSpan.FromTicks(1));
        Assert.False(wait.Check([_session], null).IsReady);

        _time.Advance(TimeSpan.FromTicks(1));

        var item = wait.Check([_session], null);
        Assert.True(item.IsReady);
        Assert.Contains("No carrier with a connection is ready yet.", item.Text, StringComparison.Ordinal);
    }

    private static (bool IsReady, string Text) Told(ReadinessItem item) => (item.IsReady, item.Text);
}
