using System.Globalization;
using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Domain;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Carriers.Tests.Smpp;

/// <summary>Submits against a scripted centre on loopback.</summary>
public sealed class SmppCarrierTests
{
    private static readonly CarrierMessage s_message = SandboxHost.Message("+12025550100");

    [Fact]
    public async Task Submit_WhenAccepted_ReachesTheCentreAndIsDelivered()
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions { SystemId = SmppHost.SystemId, Password = SmppHost.Password });
        await using var host = await SmppHost.StartAsync(centre.Port);

        var result = await host.SubmitAsync(s_message);

        Assert.Equal(CarrierResult.Accepted("1", 1), result with { SubmittedAt = null });
        var seen = Assert.Single(centre.Messages);
        Assert.Equal(("Acme", "12025550100", s_message.Text, true), (seen.From, seen.To, seen.Text, seen.ReceiptWanted));
        await ((RecordingSink)host.Sink).WaitAsync(1);
        Assert.Equal(("1", AttemptStatus.Delivered, "smpp"), (host.Receipts[0].MessageId, host.Receipts[0].State, host.Receipts[0].Carrier.Value));
        await Eventually.TrueAsync(() => centre.ReceiptAnswers is [0], "the receipt is answered");
        Assert.Equal($"bound to 127.0.0.1:{centre.Port}", host.Session.StatusText);
    }

    [Theory]
    [InlineData("short", 1, 1)]
    [InlineData("{Ab€ c}", 40, 3)]
    [InlineData("验证码", 1, 1)]
    [InlineData("😀验é", 80, 5)]
    public async Task Submit_WhenAnyText_ArrivesWhole(string piece, int times, int segments)
    {
        var text = string.Concat(Enumerable.Repeat(piece, times));
        foreach (var mode in new[] { "Udh16", "Udh8", "MessagePayload" })
        {
            await using var centre = SmppCentre.Start();
            await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:Concatenation", mode));
            var result = await host.SubmitAsync(s_message with { Text = text });
            Assert.Equal((CarrierError.None, segments), (result.Error, result.Segments));
            Assert.Equal(text, Assert.Single(centre.Texts()));
            Assert.Equal(centre.Messages[^1].Number.ToString(CultureInfo.InvariantCulture), result.MessageId);
        }
    }

    [Theory]
    [InlineData(0x0Bu, CarrierError.InvalidDestination)]
    [InlineData(0x45u, CarrierError.Refused)]
    [InlineData(0x0Au, CarrierError.Misconfigured)]
    [InlineData(0x421u, CarrierError.Blocked)]
    public async Task Submit_WhenRefused_SaysWhy(uint status, CarrierError error)
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Refuse(status);
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:BlockedStatuses:0", "1057"));
        Assert.Equal(CarrierResult.Failed(error), await host.SubmitAsync(s_message));
        Assert.True(host.Session.IsReady);
    }

    [Fact]
    public async Task Submit_WhenTheCentreHasLostOurBind_BindsAgain()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = message => message.Number == 1 ? CentreReply.Refuse(0x04) : CentreReply.Accept;
        await using var host = await SmppHost.StartAsync(centre.Port);
        Assert.Equal(CarrierError.Misconfigured, (await host.SubmitAsync(s_message)).Error);
        await Eventually.TrueAsync(() => centre.Binds == 2 && host.Session.IsReady, "a second bind");
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
    }

    [Fact]
    public async Task Submit_WhenTheCentreGivesNoId_IsAcceptedUnderOneOfOurs()
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions { AnswerId = _ => "" });
        await using var host = await SmppHost.StartAsync(centre.Port);
        var one = await host.SubmitAsync(s_message);
        var two = await host.SubmitAsync(s_message);
        Assert.StartsWith("none-", one.MessageId, StringComparison.Ordinal);
        Assert.NotEqual(one.MessageId, two.MessageId);
    }

    [Fact]
    public async Task Submit_WhenNotStartedVoiceOrForeignSender_NeverReachesTheCentre()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        Assert.Equal(CarrierError.Refused, (await host.SubmitAsync(s_message with { Channel = Channel.Voice })).Error);
        Assert.Equal(CarrierError.Misconfigured, (await host.SubmitAsync(s_message with { Sender = "a sender that is too long" })).Error);
        Assert.Equal(CarrierError.NotSent, (await host.SubmitAsync(s_message, new CancellationToken(canceled: true))).Error);
        await host.Session.StopAsync(CancellationToken.None);
        Assert.Equal(CarrierError.NotSent, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal("stopped", host.Session.StatusText);
        Assert.Empty(centre.Messages);
    }

    [Fact]
    public async Task Submit_WhenManyAtOnce_NeverExceedsTheWindow()
    {
        await using var centre = SmppCentre.Start();
        var outstanding = 0;
        var most = 0;
        centre.Reply = _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref outstanding));
            return CentreReply.Accept with { Delay = TimeSpan.FromMilliseconds(2), BeforeAnswer = () => Interlocked.Decrement(ref outstanding) };
        };
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:Window", "7"));
        var results = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => host.SubmitAsync(s_message)));
        Assert.All(results, result => Assert.Equal(CarrierError.None, result.Error));
        Assert.Equal(300, results.Select(result => result.MessageId).Distinct().Count());
        Assert.InRange(most, 2, 7);
    }

    [Fact]
    public async Task Submit_WhenCancelled_IsNotSentWhileWaitingAndUnansweredAfterwards()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Silence;
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:Window", "1"));
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var written = host.SubmitAsync(s_message, first.Token);
        await Eventually.TrueAsync(() => centre.Messages.Count == 1, "the first submit is with the centre");
        var waiting = host.SubmitAsync(s_message, second.Token);
        await second.CancelAsync();
        Assert.Equal(CarrierError.NotSent, (await waiting).Error);
        await first.CancelAsync();
        Assert.Equal(CarrierError.NoAnswer, (await written).Error);
        Assert.Single(centre.Messages);
    }

    [Fact]
    public async Task Submit_WhenALaterPartIsNotTaken_IsNeverSafeToSendAgain()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = message => message.Part == 1 ? CentreReply.Accept : CentreReply.Refuse(0x58);
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:Deadline", "00:00:02"));
        var result = await host.SubmitAsync(s_message with { Text = new string('a', 200) });
        Assert.Equal((CarrierError.NoAnswer, (string?)null), (result.Error, result.MessageId));
        Assert.True(centre.Messages.Count(message => message.Part == 2) >= 2);
    }

    [Fact]
    public async Task Submit_WhenALaterPartIsThrottledOnce_IsCompleted()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = message => message.Number == 2 ? CentreReply.Refuse(0x14) : CentreReply.Accept;
        await using var host = await SmppHost.StartAsync(centre.Port);
        var result = await host.SubmitAsync(s_message with { Text = new string('a', 200) });
        Assert.Equal((CarrierError.None, "3"), (result.Error, result.MessageId));
    }
}
