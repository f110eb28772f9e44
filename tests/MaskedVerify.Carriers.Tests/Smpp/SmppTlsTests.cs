using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Carriers.Tests.Smpp;

public sealed class SmppTlsTests
{
    private static readonly CarrierMessage s_message = SandboxHost.Message("+12025550100");

    [Fact]
    public async Task Tls_WhenTheCertificateIsOfOurAuthority_Works()
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Issue("centre.test");
        await using var centre = SmppCentre.Start(new SmppCentreOptions { Certificate = certificate });
        await using var host = await SmppHost.StartAsync(
            centre.Port, ("Smpp:Tls:Enabled", "true"), ("Smpp:Tls:CaFile", certificates.CaFile), ("Smpp:Tls:ServerName", "centre.test"));
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        await ((RecordingSink)host.Sink).WaitAsync(1);
    }

    [Theory]
    [InlineData("other name")]
    [InlineData("other authority")]
    [InlineData("system authorities")]
    [InlineData("plain text")]
    public async Task Tls_WhenTheCentreIsNotTheOneWeTrust_NothingIsSent(string fault)
    {
        using var certificates = new TestCertificates();
        using var others = new TestCertificates();
        using var certificate = (fault == "other authority" ? others : certificates).Issue("centre.test");
        await using var centre = SmppCentre.Start(new SmppCentreOptions { Certificate = fault == "plain text" ? null : certificate });
        var settings = new List<(string, string)>
        {
            ("Smpp:Tls:Enabled", "true"), ("Smpp:ConnectDeadline", "00:00:02"), ("Smpp:Tls:ServerName", fault == "other name" ? "elsewhere.test" : "centre.test"),
        };
        if (fault != "system authorities")
        {
            settings.Add(("Smpp:Tls:CaFile", certificates.CaFile));
        }

        await using var host = await SmppHost.StartAsync(centre.Port, null, null, waitUntilReady: false, [.. settings]);
        await Eventually.TrueAsync(() => host.Session.StatusText.StartsWith("reconnecting", StringComparison.Ordinal), "the connection is given up");
        Assert.Equal(CarrierError.NotSent, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(0, centre.BindTries);
    }

    // 0.0.0.0 is no loopback address by its text, and reaches this machine.
    [Theory]
    [InlineData("0.0.0.0", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.8.9.10", false)]
    [InlineData("LocalHost", false)]
    public async Task Start_WhenThereIsNoTls_WarnsOfARemoteHostAndShowsIt(string host, bool warns)
    {
        await using var centre = SmppCentre.Start();
        await using var smpp = await SmppHost.StartAsync(centre.Port, null, null, waitUntilReady: host != "127.8.9.10", ("Smpp:Host", host));
        Assert.Equal(warns ? 1 : 0, smpp.Logs.GetSnapshot().Count(line => line.Id.Id == EventIds.SmppUnencrypted));
        Assert.Equal(warns, smpp.Session.StatusText.Contains("without TLS", StringComparison.Ordinal));
    }
}
