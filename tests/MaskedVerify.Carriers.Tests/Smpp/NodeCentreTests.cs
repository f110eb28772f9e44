using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Tests.Smpp;

/// <summary>The client against an SMS centre that we did not write.</summary>
public sealed class NodeCentreTests
{
    private static readonly CarrierMessage s_message = SandboxHost.Message("+12025550100");

    public static TheoryData<string, string> ModulesAndModes =>
        new(from module in new[] { "smpp", "smpp-next" } from mode in new[] { "Udh16", "Udh8", "MessagePayload" } select (module, mode));

    [Theory]
    [MemberData(nameof(ModulesAndModes))]
    public async Task Submit_WhenAnyText_IsReadAsItWasWrittenAndDelivered(string module, string mode)
    {
        string[] texts =
        [
            "123456 is your code", "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ^{}\\[~]|€äöñüà§¿", "【Acme】您的验证码是123456，5分钟内有效。", "الرمز 123456 😀",
            string.Concat(Enumerable.Repeat("long [text] € ", 30)), string.Concat(Enumerable.Repeat("长😀é", 70)),
        ];
        await using var centre = await NodeCentre.StartAsync(module, ("parameters", true));
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:Concatenation", mode), ("Smpp:Window", "1"));
        var units = 0;
        foreach (var text in texts)
        {
            var result = await host.SubmitAsync(s_message with { Text = text });
            Assert.Equal(CarrierError.None, result.Error);
            units += mode == "MessagePayload" ? 1 : result.Segments;
        }

        await Eventually.TrueAsync(() => centre.Events("submit").Count >= units, "the centre has told every part");
        Assert.Equal(texts, centre.Texts());
        Assert.All(centre.Events("submit"), submit => Assert.Equal(("Acme", "12025550100"), ((string)submit["from"]!, (string)submit["to"]!)));
        Assert.Equal((SmppHost.SystemId, 0x34), ((string)centre.Events("bind")[0]["systemId"]!, (int)centre.Events("bind")[0]["version"]!));
        await ((RecordingSink)host.Sink).WaitAsync(texts.Length);
    }

    [Theory]
    [InlineData("smpp", true, false)]
    [InlineData("smpp", false, true)]
    [InlineData("smpp-next", false, false)]
    public async Task Receipt_WhenSent_MeetsTheAnswerAndIsAnswered(string module, bool parameters, bool early)
    {
        await using var centre = await NodeCentre.StartAsync(module, ("parameters", parameters), ("early", early));
        await using var host = await SmppHost.StartAsync(centre.Port);
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.SubmitAsync(s_message)));
        await ((RecordingSink)host.Sink).WaitAsync(50);
        Assert.Equal(results.Select(result => result.MessageId!).Order(), host.Receipts.Select(receipt => receipt.MessageId).Order());
        Assert.All(host.Receipts, receipt => Assert.Equal(AttemptStatus.Delivered, receipt.State));
        await Eventually.TrueAsync(() => centre.Events("receipt-answer").Count == 50, "every receipt is answered");
        Assert.All(centre.Events("receipt-answer"), answer => Assert.Equal(0, (int)answer["status"]!));
    }

    [Fact]
    public async Task Receipt_WhenUndelivered_SaysSo()
    {
        await using var centre = await NodeCentre.StartAsync("smpp-next", ("state", "UNDELIV"));
        await using var host = await SmppHost.StartAsync(centre.Port);
        await host.SubmitAsync(s_message);
        await ((RecordingSink)host.Sink).WaitAsync(1);
        Assert.Equal(AttemptStatus.Undelivered, host.Receipts[0].State);
    }

    [Fact]
    public async Task Submit_WhenThrottledOrRejected_ObeysAndGoesOn()
    {
        await using var centre = await NodeCentre.StartAsync("smpp-next", ("throttle", 2), ("reject", "12025550103"));
        await using var host = await SmppHost.StartAsync(centre.Port);
        Assert.Equal(CarrierError.Throttled, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(CarrierError.Throttled, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(CarrierError.InvalidDestination, (await host.SubmitAsync(SandboxHost.Message("+12025550103"))).Error);
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
    }

    [Fact]
    public async Task Bind_WhenThePasswordIsWrong_IsRefused()
    {
        await using var centre = await NodeCentre.StartAsync("smpp", ("password", "other"));
        await using var host = await SmppHost.StartAsync(centre.Port, null, null, waitUntilReady: false);
        await Eventually.TrueAsync(() => host.Session.StatusText.Contains("refuses the password", StringComparison.Ordinal), "the reason is shown");
        Assert.False(host.Session.IsReady);
    }

    [Theory]
    [InlineData("smpp")]
    [InlineData("smpp-next")]
    public async Task Tls_WhenTheCertificateIsTrusted_Works(string module)
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Issue("centre.test");
        await using var centre = await NodeCentre.StartAsync(module, ("key", certificates.KeyFile), ("cert", certificates.CertificateFile));
        await using var host = await SmppHost.StartAsync(
            centre.Port, ("Smpp:Tls:Enabled", "true"), ("Smpp:Tls:CaFile", certificates.CaFile), ("Smpp:Tls:ServerName", "centre.test"));
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        await ((RecordingSink)host.Sink).WaitAsync(1);
    }

    [Fact]
    public async Task Session_WhenTheCentreCrashesAndComesBack_BindsAgain()
    {
        await using var first = await NodeCentre.StartAsync("smpp");
        await using var host = await SmppHost.StartAsync(first.Port);
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        await first.KillAsync();
        await Eventually.TrueAsync(() => !host.Session.IsReady, "the loss is noticed");
        Assert.Equal(CarrierError.NotSent, (await host.SubmitAsync(s_message)).Error);
        await using var second = await NodeCentre.StartAsync("smpp", ("port", first.Port));
        await host.ReadyAsync();
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        await Eventually.TrueAsync(() => second.Events("submit").Count == 1, "the second centre has the message");
    }

    [Fact]
    public async Task Session_WhenKeptAliveAndStopped_SaysGoodbye()
    {
        await using var centre = await NodeCentre.StartAsync("smpp");
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:EnquireInterval", "00:00:01"), ("Smpp:EnquireDeadline", "00:00:01"));
        await Eventually.TrueAsync(() => centre.Events("enquire-link").Count >= 1, "a keep-alive");
        var underWay = Enumerable.Range(0, 20).Select(_ => host.SubmitAsync(s_message)).ToList();
        await host.Session.StopAsync(CancellationToken.None);
        Assert.All(await Task.WhenAll(underWay), result => Assert.Equal(CarrierError.None, result.Error));
        await Eventually.TrueAsync(() => centre.Events("unbind").Count == 1 && centre.Events("close").Count == 1, "the goodbye");
        Assert.Empty(centre.Events("error"));
    }
}
