using System.Text;
using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Carriers.Tests.Smpp;

/// <summary>What a broken or hostile centre may do: every submit still ends, the client connects again, and works.</summary>
public sealed class SmppHostileCentreTests
{
    private static readonly CarrierMessage s_message = SandboxHost.Message("+12025550100");

    public static TheoryData<string> Garbage => new()
    {
        "00000000", // length 0
        "0000000F80000004000000000000000200", // length 15
        "7FFFFFFF80000004000000000000000200", // length 2 GiB
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        Convert.ToHexString("HTTP/1.1 400 Bad Request\r\n\r\n"u8),
        Convert.ToHexString(Encoding.UTF8.GetBytes(new string('验', 5000))),
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Submit_WhenGarbageComesBack_IsGarbledAndTheClientBindsAgain(string hex)
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = message => message.Number == 1 ? CentreReply.Accept with { Raw = Convert.FromHexString(hex) } : CentreReply.Accept;
        await using var host = await SmppHost.StartAsync(centre.Port);
        Assert.Equal(CarrierError.Garbled, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(1, host.Ignored("invalid-length"));
        await ReboundAsync(centre, host);
    }

    [Fact]
    public async Task Submit_WhenTheAnswerIsMalformed_IsGarbledAndTheSessionGoesOn()
    {
        await using var centre = SmppCentre.Start();

        // submit_sm_resp to sequence 2 (the bind was 1) with a message id of 70 characters.
        var answer = Convert.FromHexString("00000057800000040000000000000002" + string.Concat(Enumerable.Repeat("41", 70)) + "00");
        centre.Reply = message => message.Number == 1 ? CentreReply.Accept with { Raw = answer } : CentreReply.Accept;
        await using var host = await SmppHost.StartAsync(centre.Port);
        Assert.Equal(CarrierError.Garbled, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(1, centre.Binds);
    }

    [Fact]
    public async Task Submit_WhenTheAnswerIsANack_EndsWithIt()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Accept with { Raw = Convert.FromHexString("00000010800000000000000300000002") };
        await using var host = await SmppHost.StartAsync(centre.Port);
        Assert.Equal(CarrierError.Refused, (await host.SubmitAsync(s_message)).Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Submit_WhenTheConnectionDropsAfterIt_HasNoAnswerAndTheNextOneWorks(bool truncated)
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = message => message.Number > 1 ? CentreReply.Accept
            : truncated ? CentreReply.Accept with { Raw = Convert.FromHexString("0000001880000004"), Drop = true } : CentreReply.Accept with { Drop = true };
        await using var host = await SmppHost.StartAsync(centre.Port);
        Assert.Equal(CarrierError.NoAnswer, (await host.SubmitAsync(s_message)).Error);
        await ReboundAsync(centre, host);
    }

    [Fact]
    public async Task Submit_WhenTheAnswerHasAnotherSequence_IsNotBelieved()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Accept with { SequenceShift = 5 };
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:Deadline", "00:00:00.200"));
        Assert.Equal(CarrierError.NoAnswer, (await host.SubmitAsync(s_message)).Error);
        await Eventually.TrueAsync(() => host.Ignored("unasked-answer") == 1, "the answer is counted as nobody's");
        Assert.True(host.Session.IsReady);
    }

    [Fact]
    public async Task Session_WhenAnswersNobodyAskedForFlood_Ends()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        await centre.SendRawAsync(Enumerable.Repeat(Convert.FromHexString("00000010800000150000000000ABCDEF"), 1_500).SelectMany(unit => unit).ToArray());
        await ReboundAsync(centre, host);
    }

    [Fact]
    public async Task Session_WhenUnitsItDoesNotKnowCome_RefusesThemAndGoesOn()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        await centre.SendRawAsync(Convert.FromHexString(
            "00000010" + "00000777" + "00000000" + "00000041" // unknown: generic_nack
            + "00000010" + "0000000B" + "00000000" + "00000042" // outbind on a session: generic_nack
            + "00000010" + "00000102" + "00000000" + "00000043" // alert_notification: no answer
            + "00000010" + "80000777" + "00000000" + "00000044" // an unknown answer: never answered
            + "00000010" + "00000015" + "00000000" + "00000045")); // enquire_link
        await Eventually.TrueAsync(() => centre.PlainUnits.Count == 3, "three answers");
        Assert.Equal([(0x80000000u, 3u, 0x41u), (0x80000000u, 3u, 0x42u), (0x80000015u, 0u, 0x45u)], centre.PlainUnits);
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(1, centre.Binds);
    }

    [Fact]
    public async Task Session_WhenAMalformedDeliveryComes_RefusesItForGood()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        await centre.SendRawAsync(Convert.FromHexString("00000014000000050000000000000009FFFFFFFF"));
        await Eventually.TrueAsync(() => centre.ReceiptAnswers is [0x65], "the refusal");
        Assert.True(host.Session.IsReady);
    }

    [Fact]
    public async Task Session_WhenTheCentreSaysGoodbye_AnswersAndBindsAgain()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        centre.Unbind();
        await Eventually.TrueAsync(() => centre.PlainUnits is [(0x80000006u, 0u, _)], "the answer to unbind");
        await ReboundAsync(centre, host);
    }

    [Fact]
    public async Task Session_WhenTheCentreIsDownAtFirst_BindsWhenItComes()
    {
        int port;
        await using (var probe = SmppCentre.Start())
        {
            port = probe.Port;
        }

        await using var host = await SmppHost.StartAsync(port, null, null, waitUntilReady: false);
        await Eventually.TrueAsync(() => host.Session.StatusText.StartsWith("reconnecting in", StringComparison.Ordinal), "it reconnects");
        Assert.Contains("ConnectionRefused", host.Session.StatusText, StringComparison.Ordinal);
        await using var centre = SmppCentre.Start(new SmppCentreOptions { Port = port });
        await host.ReadyAsync();
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
    }

    [Theory]
    [InlineData("other", SmppHost.Password, "does not know the system id")]
    [InlineData(SmppHost.SystemId, "other", "refuses the password")]
    public async Task Bind_WhenRefused_SaysWhyAndAlarms(string systemId, string password, string reason)
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions { SystemId = systemId, Password = password });
        await using var host = await SmppHost.StartAsync(centre.Port, null, null, waitUntilReady: false);
        await Eventually.TrueAsync(() => host.Session.StatusText.Contains(reason, StringComparison.Ordinal), "the reason is shown");
        Assert.Contains(host.Logs.GetSnapshot(), line => line.Level == Microsoft.Extensions.Logging.LogLevel.Error && line.Id.Id == EventIds.SmppCredentialsRefused);
        Assert.False(host.Session.IsReady);
        Assert.Equal(CarrierError.NotSent, (await host.SubmitAsync(s_message)).Error);
    }

    private static async Task ReboundAsync(SmppCentre centre, SmppHost host)
    {
        await Eventually.TrueAsync(() => centre.Binds == 2 && host.Session.IsReady, "a second bind");
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
    }
}
