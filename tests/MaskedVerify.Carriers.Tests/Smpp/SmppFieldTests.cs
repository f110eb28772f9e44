using System.Buffers.Binary;
using System.Text;
using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Domain;
using MaskedVerify.Testing.Carriers;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Carriers.Tests.Smpp;

/// <summary>What centres were seen to do in the field, byte by byte over a raw socket.</summary>
public sealed class SmppFieldTests
{
    private const string Good = "id:7 sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELIVRD err:000 text:";

    [Fact]
    public async Task Bind_WhenReceiptsShareTheSegmentOfItsAnswer_TakesThem()
    {
        // Many times: it was the scheduler that decided.
        for (var i = 0; i < 20; i++)
        {
            await using var centre = SmppCentre.Start(new SmppCentreOptions
            {
                RawBindAnswer = sequence => (byte[])[.. BindAnswer(sequence, "centre\0"u8), .. Delivery(0x04, Encoding.ASCII.GetBytes(Good)), .. Delivery(0x04, Encoding.ASCII.GetBytes(Good))],
            });
            await using var host = await SmppHost.StartAsync(centre.Port);
            await Eventually.TrueAsync(() => centre.ReceiptsAnswered == 2, "both receipts are answered");
            Assert.Equal([0u, 0u], centre.ReceiptAnswers);
            Assert.Equal(["7", "7"], host.Receipts.Select(receipt => receipt.MessageId));
        }
    }

    [Theory]
    [InlineData("41414141414141414141414141414141414141414100")] // a system id of 21 characters
    [InlineData("63656E7472650002")] // a cut optional parameter
    [InlineData("636500021000")]
    public async Task Bind_WhenAcceptedWithAMalformedBody_IsBoundAndTold(string body)
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions { RawBindAnswer = sequence => BindAnswer(sequence, Convert.FromHexString(body)) });
        await using var host = await SmppHost.StartAsync(centre.Port);
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(SandboxHost.Message("+12025550100"))).Error);
        Assert.Equal(1, centre.BindTries);
        Assert.Contains(host.Logs.GetSnapshot(), line => line.Id.Id == EventIds.SmppProtocolFault);
    }

    [Fact]
    public async Task Submit_WhenRefusedWithAMalformedBody_EndsWithTheStatus()
    {
        await using var centre = SmppCentre.Start();
        var answer = Convert.FromHexString("00000057800000040000000B00000002" + string.Concat(Enumerable.Repeat("41", 70)) + "00");
        centre.Reply = _ => CentreReply.Accept with { Raw = answer };
        await using var host = await SmppHost.StartAsync(centre.Port);
        Assert.Equal(CarrierError.InvalidDestination, (await host.SubmitAsync(SandboxHost.Message("+12025550100"))).Error);
    }

    [Theory]
    [InlineData("00")] // a NUL too many
    [InlineData("001E")] // tag only
    [InlineData("0427000102" + "04240005" + "4142")] // a whole one, then a cut one
    public async Task Receipt_WhenItsEndIsOdd_IsTakenAndCounted(string tail)
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        await centre.SendRawAsync(Delivery(0x04, Encoding.ASCII.GetBytes(Good), Convert.FromHexString(tail)));
        await Eventually.TrueAsync(() => centre.ReceiptsAnswered == 1, "the receipt is answered");
        Assert.Equal([0u], centre.ReceiptAnswers);
        Assert.Equal([("7", AttemptStatus.Delivered)], host.Receipts.Select(receipt => (receipt.MessageId, receipt.State)));
        Assert.Equal(1, host.Ignored("trailing-octets"));
    }

    [Theory]
    [InlineData(200, "", "001E000237000427000102", "7", AttemptStatus.Delivered)] // a length that swallows the parameters
    [InlineData(200, "id:999 stat:UNDELIV", "001E000237000427000102", "7", AttemptStatus.Delivered)]
    [InlineData(120, Good, "", "7", AttemptStatus.Delivered)] // a text that is cut behind the state
    [InlineData(120, "id:7 sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELI", "", "7", AttemptStatus.Sent)] // within it
    public async Task Receipt_WhenItsTextIsCut_IsTakenForWhatIsWhole(byte length, string text, string tlvs, string id, AttemptStatus state)
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        await centre.SendRawAsync(Unit(CommandId.DeliverSm, 9, [0, 1, 1, 0, 1, 1, 0, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, length, .. Encoding.ASCII.GetBytes(text), .. Convert.FromHexString(tlvs)]));
        await Eventually.TrueAsync(() => centre.ReceiptsAnswered == 1, "the receipt is answered");
        Assert.Equal([0u], centre.ReceiptAnswers);
        Assert.Equal((id, state), (host.Receipts.Single().MessageId == id || host.Receipts.Single().OtherIds.Contains(id) ? id : "", host.Receipts.Single().State));
        Assert.Equal(1, host.Ignored("trailing-octets"));
    }

    [Fact]
    public async Task Receipt_WhenItsTextIsCutWithinTheId_NamesNoMessage()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        await centre.SendRawAsync(Unit(CommandId.DeliverSm, 9, [0, 1, 1, 0, 1, 1, 0, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 120, .. "stat:DELIVRD id:12"u8]));
        await Eventually.TrueAsync(() => centre.ReceiptsAnswered == 1, "the receipt is answered");
        Assert.Equal([0u], centre.ReceiptAnswers);
        Assert.Empty(host.Receipts);
        Assert.Equal(1, host.Ignored("receipt-without-id"));
    }

    [Fact]
    public async Task Receipt_WhenATextFieldIsTooLong_IsTaken()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        byte[] longText = [.. Enumerable.Repeat((byte)'1', 40), 0];
        await centre.SendRawAsync(Unit(CommandId.DeliverSm, 9, [.. longText, 1, 1, .. longText, 1, 1, .. longText, 0x04, 0, 0, .. longText, .. longText, 0, 0, 0, 0, 6, .. "id:7 x"u8]));
        await centre.SendRawAsync(Unit(CommandId.DataSm, 10, [.. longText, 1, 1, .. longText, 1, 1, .. longText, 0x04, 0, 0, 0x04, 0x24, 0, 4, .. "id:8"u8]));
        await Eventually.TrueAsync(() => centre.ReceiptsAnswered == 2, "the receipts are answered");
        Assert.Equal([0u, 0u], centre.ReceiptAnswers);
        Assert.Equal(["7", "8"], host.Receipts.Select(receipt => receipt.MessageId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Receipt_WhenEveryOneEndsOddly_NeverEndsTheSession()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        var odd = Delivery(0x04, Encoding.ASCII.GetBytes(Good), [0]);
        await centre.SendRawAsync(Enumerable.Repeat(odd, 1_500).SelectMany(unit => unit).ToArray());
        await Eventually.TrueAsync(() => centre.ReceiptsAnswered == 1_500, "every receipt is answered");
        Assert.Equal((1_500, 1), (host.Receipts.Count, centre.Binds));
    }

    public static TheoryData<byte, string, string> Recognised => new()
    {
        { 0x04, Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(Good)), "" },
        { 0x04, "FEFF" + Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(Good + "验")), "" },
        { 0x04, Convert.ToHexString(Encoding.Unicode.GetBytes(Good)), "" },
        { 0x44, "050003070101" + Convert.ToHexString(Encoding.ASCII.GetBytes(Good)), "" },
        { 0x44, "06080400070101" + Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(Good)), "" },
        { 0x44, Convert.ToHexString(Encoding.ASCII.GetBytes(Good)), "" },
        { 0x44, Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(Good)), "" },
        { 0x00, "", "001E00023700" + "0427000102" },
        { 0x00, "", "001E000137" + "0427000102" },
        { 0x40, "", "001E00023700" + "0427000102" },
    };

    [Theory]
    [MemberData(nameof(Recognised))]
    public async Task Receipt_WhenWrittenAnotherWay_IsRecognised(byte esmClass, string text, string tlvs)
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        await centre.SendRawAsync(Delivery(esmClass, Convert.FromHexString(text), Convert.FromHexString(tlvs)));
        await Eventually.TrueAsync(() => centre.ReceiptsAnswered == 1, "the receipt is answered");
        Assert.Equal([("7", AttemptStatus.Delivered)], host.Receipts.Select(receipt => (receipt.MessageId, receipt.State)));
    }

    [Theory]
    [InlineData("Exact", "7", "001E000441414100", "7", "AAA")] // the parameter is an id of somebody else
    [InlineData("Exact", "AAA", "001E000441414100", "AAA", "7")]
    [InlineData("HexadecimalThenDecimal", "7", "001E000441414100", "7", "aaa")]
    [InlineData("HexadecimalThenDecimal", "07", "001E000430374100", "7", "7a")]
    public async Task Receipt_WhenItsIdsDiffer_OffersBothTheKnownOneFirst(string format, string answer, string tlv, string first, string other)
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions { AnswerId = _ => answer });
        centre.Reply = _ => CentreReply.Accept;
        await using var host = await SmppHost.StartAsync(centre.Port, ("Smpp:MessageIdFormat", format));
        var result = await host.SubmitAsync(SandboxHost.Message("+12025550100"));
        await centre.SendRawAsync(Delivery(0x04, Encoding.ASCII.GetBytes(Good), Convert.FromHexString(tlv)));
        await Eventually.TrueAsync(() => host.Receipts.Count == 1, "the receipt is handed on");
        Assert.Equal((first, result.MessageId, result.SubmittedAt), (host.Receipts[0].MessageId, first, host.Receipts[0].SubmittedAt));
        Assert.Equal([other], host.Receipts[0].OtherIds);
    }

    [Fact]
    public async Task Receipt_WhenTwoMessagesGotOneId_NamesTheSubmitOfTheNewer()
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions { AnswerId = _ => "7" });
        centre.Reply = _ => CentreReply.Accept;
        await using var host = await SmppHost.StartAsync(centre.Port);
        var before = DateTimeOffset.UtcNow;
        await centre.SendRawAsync(Delivery(0x04, Encoding.ASCII.GetBytes(Good)));
        await Eventually.TrueAsync(() => host.Receipts.Count == 1, "a receipt of which nothing is known");
        var first = await host.SubmitAsync(SandboxHost.Message("+12025550100"));
        var second = await host.SubmitAsync(SandboxHost.Message("+12025550101"));
        await centre.SendRawAsync(Delivery(0x04, Encoding.ASCII.GetBytes(Good)));
        await Eventually.TrueAsync(() => host.Receipts.Count == 2, "a receipt after both");

        Assert.Equal(("7", "7"), (first.MessageId, second.MessageId));
        Assert.True(before <= first.SubmittedAt && first.SubmittedAt < second.SubmittedAt && second.SubmittedAt <= host.Receipts[1].At);
        Assert.Equal([null, second.SubmittedAt], host.Receipts.Select(receipt => receipt.SubmittedAt));
    }

    [Fact]
    public async Task Delivery_WhenOnlyItsTextLooksLikeAReceipt_IsAMessageThatIsCountedAndTold()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await SmppHost.StartAsync(centre.Port);
        await centre.SendRawAsync(Delivery(0x00, Encoding.ASCII.GetBytes(Good)));
        await Eventually.TrueAsync(() => centre.ReceiptsAnswered == 1, "the message is answered");
        Assert.Empty(host.Receipts);
        Assert.Equal(1, host.Ignored("inbound-message"));
        Assert.Contains(host.Logs.GetSnapshot(), line => line.Id.Id == EventIds.SmppInboundDropped && line.Level == LogLevel.Information);
    }

    [Fact]
    public async Task Receipt_WhenUnitsAreFullOfEmptyParameters_HoldsLessThanTenMegabytes()
    {
        await using var centre = SmppCentre.Start();
        var sink = new HangingSink();
        await using var host = await SmppHost.StartAsync(centre.Port, null, sink, waitUntilReady: true);
        var unit = Delivery(0x04, Encoding.ASCII.GetBytes(Good), new byte[60_000]);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        const int flood = 1_000;
        for (var i = 0; i < flood; i++)
        {
            await centre.SendRawAsync(unit);
        }

        await Eventually.TrueAsync(() => host.Ignored("trailing-octets") == flood, "everything is read");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 10_000_000);
        sink.Release();
        await Eventually.TrueAsync(() => centre.ReceiptsAnswered == flood, "everything is answered");
    }

    private static byte[] BindAnswer(uint sequence, ReadOnlySpan<byte> body) => Unit(CommandId.BindTransceiverResp, sequence, body);

    // Written by hand: what is tested must not pass through the encoder of the product.
    private static byte[] Delivery(byte esmClass, ReadOnlySpan<byte> text, ReadOnlySpan<byte> tail = default) =>
        Unit(CommandId.DeliverSm, 9, [0, 1, 1, 0, 1, 1, 0, esmClass, 0, 0, 0, 0, 0, 0, 0, 0, (byte)text.Length, .. text, .. tail]);

    private static byte[] Unit(CommandId command, uint sequence, ReadOnlySpan<byte> body)
    {
        var unit = new byte[16 + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(unit, (uint)unit.Length);
        BinaryPrimitives.WriteUInt32BigEndian(unit.AsSpan(4), (uint)command);
        BinaryPrimitives.WriteUInt32BigEndian(unit.AsSpan(12), sequence);
        body.CopyTo(unit.AsSpan(16));
        return unit;
    }
}
