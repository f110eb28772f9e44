using System.Collections.Concurrent;
using System.Globalization;
using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Domain;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Carriers.Tests.Smpp;

/// <summary>Receipts in every form, order and number.</summary>
public sealed class SmppReceiptTests
{
    private static readonly CarrierMessage s_message = SandboxHost.Message("+12025550100");

    [Theory]
    [InlineData(ReceiptForm.Both)]
    [InlineData(ReceiptForm.Parameters)]
    [InlineData(ReceiptForm.Text)]
    public async Task Receipt_WhenInAnyForm_IsRecordedUnderTheIdOfTheAnswer(ReceiptForm form)
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Accept with { After = [new CentreReceipt("ENROUTE", form), new CentreReceipt("UNDELIV", form)] };
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:ReceiptConcurrency", "1"));
        var result = await host.SubmitAsync(s_message);
        await ((RecordingSink)host.Sink).WaitAsync(2);
        Assert.Equal(
            [(result.MessageId, AttemptStatus.Sent, "enroute"), (result.MessageId, AttemptStatus.Undelivered, "undeliv")],
            host.Receipts.Select(receipt => (receipt.MessageId, receipt.State, receipt.Reason))!);
    }

    [Theory]
    [InlineData("Exact", "msg-{0}-Ab", "msg-{0}-Ab")]
    [InlineData("HexadecimalThenDecimal", "{0:x8}", "{0:D10}")]
    [InlineData("DecimalThenHexadecimal", "{0}", "{0:X8}")]
    [InlineData("Hexadecimal", "{0:X8}", "{0:x}")]
    [InlineData("Decimal", "{0:D10}", "{0}")]
    public async Task Receipt_WhenNotationsDiffer_IsMatched(string format, string answer, string receipt)
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions
        {
            AnswerId = number => string.Format(CultureInfo.InvariantCulture, answer, number + 0xABCDEF),
            ReceiptId = number => string.Format(CultureInfo.InvariantCulture, receipt, number + 0xABCDEF),
        });
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:MessageIdFormat", format));
        var result = await host.SubmitAsync(s_message);
        await ((RecordingSink)host.Sink).WaitAsync(1);
        Assert.Equal(result.MessageId, host.Receipts[0].MessageId);
    }

    [Fact]
    public async Task Receipt_WhenBeforeTheAnswerTwiceAndOutOfOrder_IsHandedOnEachTime()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Accept with
        {
            Before = [new CentreReceipt("DELIVRD"), new CentreReceipt("DELIVRD")],
            After = [new CentreReceipt("ENROUTE")],
        };
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:ReceiptConcurrency", "1"));
        var result = await host.SubmitAsync(s_message);
        await ((RecordingSink)host.Sink).WaitAsync(3);
        Assert.Equal([AttemptStatus.Delivered, AttemptStatus.Delivered, AttemptStatus.Sent], host.Receipts.Select(receipt => receipt.State));
        Assert.All(host.Receipts, receipt => Assert.Equal(result.MessageId, receipt.MessageId));
    }

    [Fact]
    public async Task Receipt_WhenItCannotBeStored_IsAskedForAgain()
    {
        await using var centre = SmppCentre.Start();
        var sink = new RecordingSink();
        sink.Refuse(1);
        await using var host = await SmppHost.StartAsync(centre.Port, null, sink, waitUntilReady: true);
        await host.SubmitAsync(s_message);
        await Eventually.TrueAsync(() => centre.ReceiptAnswers is [0x64], "a temporary refusal");
        Assert.Empty(sink.Receipts);
        centre.SendReceipt(1, new CentreReceipt());
        await Eventually.TrueAsync(() => centre.ReceiptAnswers is [0x64, 0], "the second try is taken");
        Assert.Single(sink.Receipts);
    }

    [Fact]
    public async Task Receipt_WhenTheStoreIsStuck_FloodIsTurnedAwayAndSubmitsGoOn()
    {
        await using var centre = SmppCentre.Start();
        var sink = new HangingSink();
        await using var host = await SmppHost.StartAsync(centre.Port, null, sink, waitUntilReady: true);
        const int flood = 12_000;
        const int kept = 10_000 + 16;
        for (var i = 1; i <= flood; i++)
        {
            centre.SendReceipt(i, new CentreReceipt());
        }

        await Eventually.TrueAsync(() => centre.ReceiptAnswers.Count > 0, "the flood is turned away");
        centre.Reply = _ => CentreReply.Accept;
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(16, sink.Calls);
        await Eventually.TrueAsync(() => centre.ReceiptAnswers.Count == flood - kept, "the rest of the flood is turned away");
        Assert.All(centre.ReceiptAnswers, status => Assert.Equal(0x64u, status));
        sink.Release();
        await Eventually.TrueAsync(() => centre.ReceiptAnswers.Count == flood, "everything is answered");
        Assert.Equal(kept, centre.ReceiptAnswers.Count(status => status == 0));
    }

    [Fact]
    public async Task Delivery_WhenInboundOrWithoutId_IsTakenAndDropped()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        const string empty = "0000002100000005000000000000000700000000000000000000000000000000" + "00";
        await centre.SendRawAsync(Convert.FromHexString(empty));
        await Eventually.TrueAsync(() => centre.ReceiptAnswers is [0], "the inbound message is answered");
        Assert.Equal(1, host.Ignored("inbound-message"));
        await centre.SendRawAsync(Convert.FromHexString(empty.Remove(46, 2).Insert(46, "04")));
        await Eventually.TrueAsync(() => centre.ReceiptAnswers is [0, 0], "the receipt without id is answered");
        Assert.Equal(1, host.Ignored("receipt-without-id"));
        Assert.Empty(host.Receipts);
    }

    [Fact]
    public async Task Receipt_WhenTenThousandInRandomOrder_EachMeetsItsMessage()
    {
        const int count = 10_000;
        await using var centre = SmppCentre.Start(new SmppCentreOptions
        {
            AnswerId = number => number.ToString("x8", CultureInfo.InvariantCulture),
            ReceiptId = number => number.ToString("D10", CultureInfo.InvariantCulture),
        });
        var random = new Random(20260101);
        var states = new[] { "DELIVRD", "UNDELIV", "REJECTD", "ENROUTE" };
        var held = new ConcurrentQueue<(long Number, CentreReceipt Receipt)>();
        var expected = new ConcurrentDictionary<string, string>();
        centre.Reply = message =>
        {
            // A third of the receipts comes before the answer, a third right after it, a third at the end in random order; some twice.
            var receipt = new CentreReceipt(states[random.Next(4)], (ReceiptForm)random.Next(3));
            expected[message.Number.ToString("x", CultureInfo.InvariantCulture)] = receipt.State;
            switch (random.Next(3))
            {
                case 0:
                    return CentreReply.Accept with { Before = [receipt] };
                case 1:
                    return CentreReply.Accept with { After = random.Next(10) == 0 ? [receipt, receipt] : [receipt] };
                default:
                    held.Enqueue((message.Number, receipt));
                    return CentreReply.Accept;
            }
        };
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:MessageIdFormat", "HexadecimalThenDecimal"), ("Smpp:Window", "64"), ("Smpp:Deadline", "00:01:00"));
        var results = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => host.SubmitAsync(s_message)));
        var late = held.ToArray();
        random.Shuffle(late);
        foreach (var (number, receipt) in late)
        {
            centre.SendReceipt(number, receipt);
        }

        var ids = results.Select(result => result.MessageId!).ToHashSet();
        Assert.Equal(count, ids.Count);
        await Eventually.TrueAsync(() => host.Receipts.Select(receipt => receipt.MessageId).Distinct().Count() == count, "a receipt for each message");
        Assert.All(host.Receipts, receipt =>
        {
            Assert.Contains(receipt.MessageId, ids);
            Assert.Equal(expected[receipt.MessageId], Word(receipt.State));
        });
        await Eventually.TrueAsync(() => centre.ReceiptAnswers.Count == host.Receipts.Count, "every receipt is answered");
        Assert.All(centre.ReceiptAnswers, status => Assert.Equal(0u, status));
    }

    private static string Word(AttemptStatus state) => state switch
    {
        AttemptStatus.Delivered => "DELIVRD",
        AttemptStatus.Undelivered => "UNDELIV",
        AttemptStatus.Rejected => "REJECTD",
        _ => "ENROUTE",
    };
}
