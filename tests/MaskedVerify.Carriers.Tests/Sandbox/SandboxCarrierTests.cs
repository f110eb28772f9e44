using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Tests.Sandbox;

public sealed class SandboxCarrierTests
{
    public static TheoryData<string, string> Numbers =>
        new(SandboxNumbers.All.Select(number => (number.Number, number.Name)));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_WhenParsed_AreValidInEveryAreaCode(string number, string name)
    {
        foreach (var area in new[] { "202", "212", "415", "416", "787" })
        {
            Assert.True(PhoneNumber.TryParse("+1" + area + number[5..], out var parsed));
            Assert.Equal(name, SandboxNumbers.NameOf(SandboxNumbers.BehaviourOf(parsed)));
        }
    }

    [Theory]
    [InlineData("+12025550117")]
    [InlineData("+12025550199")]
    [InlineData("+12025550203")]
    [InlineData("+493012345603")]
    [InlineData("+8613800138003")]
    public void Numbers_WhenNotListed_AreDelivered(string text)
    {
        Assert.True(PhoneNumber.TryParse(text, out var number));
        Assert.Equal(SandboxBehaviour.Delivered, SandboxNumbers.BehaviourOf(number));
    }

    [Theory]
    [InlineData("invalid-destination", CarrierError.InvalidDestination)]
    [InlineData("blocked", CarrierError.Blocked)]
    [InlineData("refused", CarrierError.Refused)]
    [InlineData("not-sent", CarrierError.NotSent)]
    [InlineData("garbled", CarrierError.Garbled)]
    [InlineData("misconfigured", CarrierError.Misconfigured)]
    [InlineData("no-answer", CarrierError.NoAnswer)]
    [InlineData("throttled-once", CarrierError.Throttled)]
    public async Task Submit_WhenNumberFails_AnswersItsErrorAndShowsTheMessage(string name, CarrierError error)
    {
        await using var host = await SandboxHost.StartAsync();
        var message = SandboxHost.Message(NumberOf(name));

        var result = await host.SubmitAsync(message);

        Assert.Equal(error, result.Error);
        Assert.Null(result.MessageId);
        Assert.Equal(name, Assert.Single(host.Inbox.List(message.Alias)).Outcome);
    }

    [Theory]
    [InlineData("delivered", new[] { AttemptStatus.Delivered })]
    [InlineData("sent", new[] { AttemptStatus.Sent })]
    [InlineData("undelivered", new[] { AttemptStatus.Undelivered })]
    [InlineData("rejected-later", new[] { AttemptStatus.Rejected })]
    [InlineData("slow", new[] { AttemptStatus.Delivered })]
    [InlineData("duplicate-receipts", new[] { AttemptStatus.Delivered, AttemptStatus.Delivered, AttemptStatus.Delivered })]
    [InlineData("reordered-receipts", new[] { AttemptStatus.Delivered, AttemptStatus.Sent })]
    public async Task Submit_WhenNumberIsAccepted_GetsItsReceiptsInOrder(string name, AttemptStatus[] expected)
    {
        await using var host = await SandboxHost.StartAsync();

        var result = await host.SubmitAsync(SandboxHost.Message(NumberOf(name)));

        Assert.Equal(CarrierError.None, result.Error);
        Assert.Equal(1, result.Segments);
        host.Time.Advance(TimeSpan.FromMilliseconds(300));
        await host.Sink.WaitAsync(Math.Max(1, expected.Length - 1));
        host.Time.Advance(TimeSpan.FromMilliseconds(300));
        await host.Sink.WaitAsync(expected.Length - Math.Max(1, expected.Length - 1));
        Assert.Equal(expected, host.Sink.Receipts.Select(receipt => receipt.State));
        Assert.All(host.Sink.Receipts, receipt => Assert.Equal(result.MessageId, receipt.MessageId));
    }

    [Fact]
    public async Task Submit_WhenReceiptIsEarly_IsRecordedBeforeTheAnswer()
    {
        await using var host = await SandboxHost.StartAsync();
        var result = await host.Carrier.SubmitAsync(SandboxHost.Message(NumberOf("early-receipt")), CancellationToken.None);
        Assert.Equal(result.MessageId, Assert.Single(host.Sink.Receipts).MessageId);
    }

    [Fact]
    public async Task Submit_WhenNoReceiptOrReceiptsAreOff_SchedulesNone()
    {
        await using var quiet = await SandboxHost.StartAsync();
        await quiet.SubmitAsync(SandboxHost.Message(NumberOf("no-receipt")));
        Assert.Equal(0, quiet.Receipts.Count);

        await using var off = await SandboxHost.StartAsync(("Sandbox:Receipts", "false"));
        await off.SubmitAsync(SandboxHost.Message(NumberOf("delivered")));
        Assert.Equal(0, off.Receipts.Count);
    }

    [Fact]
    public async Task Submit_WhenNeverAnswered_StillHasAReceiptLater()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.SubmitAsync(SandboxHost.Message(NumberOf("no-answer")));
        await host.Sink.WaitAsync(1);
        Assert.Equal(AttemptStatus.Delivered, Assert.Single(host.Sink.Receipts).State);
    }

    [Fact]
    public async Task Submit_WhenThrottledOnce_AlternatesPerAlias()
    {
        await using var host = await SandboxHost.StartAsync();
        var number = NumberOf("throttled-once");
        var first = await host.SubmitAsync(SandboxHost.Message(number, alias: 1));
        var other = await host.SubmitAsync(SandboxHost.Message(number, alias: 2));
        var second = await host.SubmitAsync(SandboxHost.Message(number, alias: 1, attempt: 1));
        var third = await host.SubmitAsync(SandboxHost.Message(number, alias: 1));
        Assert.Equal(
            [CarrierError.Throttled, CarrierError.Throttled, CarrierError.None, CarrierError.Throttled],
            new[] { first.Error, other.Error, second.Error, third.Error });
        Assert.Equal(TimeSpan.FromSeconds(1), first.RetryAfter);
    }

    [Fact]
    public async Task Submit_WhenCancelled_IsNotSentBeforeAndNoAnswerAfterHandOver()
    {
        await using var host = await SandboxHost.StartAsync();
        var message = SandboxHost.Message(NumberOf("slow"));
        var before = await host.SubmitAsync(message, new CancellationToken(canceled: true));
        Assert.Equal(CarrierError.NotSent, before.Error);
        Assert.Empty(host.Inbox.List(message.Alias));

        using var cancellation = new CancellationTokenSource();
        var pending = host.Carrier.SubmitAsync(message, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.Equal(CarrierError.NoAnswer, (await pending).Error);
    }

    [Fact]
    public async Task Submit_WhenVoice_IsTakenAndShown()
    {
        await using var host = await SandboxHost.StartAsync();
        var message = SandboxHost.Message("+442079460018", channel: Channel.Voice);
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(message)).Error);
        var shown = Assert.Single(host.Inbox.List(message.Alias));
        Assert.Equal((Channel.Voice, "246810", "delivered"), (shown.Channel, shown.Code, shown.Outcome));
    }

    [Fact]
    public async Task MessageIds_AreNeverRepeated()
    {
        await using var one = await SandboxHost.StartAsync(("Sandbox:Receipts", "false"));
        await using var two = await SandboxHost.StartAsync(("Sandbox:Receipts", "false"));
        var ids = new HashSet<string>();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(ids.Add((await one.SubmitAsync(SandboxHost.Message("+12025550100"))).MessageId!));
            Assert.True(ids.Add((await two.SubmitAsync(SandboxHost.Message("+12025550100"))).MessageId!));
        }
    }

    private static string NumberOf(string name) => SandboxNumbers.All.Single(number => number.Name == name).Number;
}
