using System.Text;
using FsCheck.Xunit;
using MaskedVerify.Carriers.Smpp;
using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Carriers.Smpp.Receipts;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Tests.Smpp.Receipts;

public sealed class ReceiptReaderTests
{
    [Theory]
    [InlineData("id:123 sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELIVRD err:000 text:hello", "123", AttemptStatus.Delivered, "delivrd")]
    [InlineData("id:123 sub:001 dlvrd:000 submit date:260101000000 done date:260101000100 stat:UNDELIV err:034 Text:", "123", AttemptStatus.Undelivered, "undeliv-034")]
    [InlineData("ID: abc-DEF STAT: EXPIRED", "abc-DEF", AttemptStatus.Undelivered, "expired")]
    [InlineData("stat:REJECTD id:0019ff err:A1", "0019ff", AttemptStatus.Rejected, "rejectd-a1")]
    [InlineData("id:7 stat:ENROUTE", "7", AttemptStatus.Sent, "enroute")]
    [InlineData("id:7 stat:ACCEPTD", "7", AttemptStatus.Sent, "acceptd")]
    [InlineData("id:7 stat:DELETED", "7", AttemptStatus.Undelivered, "deleted")]
    [InlineData("id:7 stat:SKIPPED", "7", AttemptStatus.Rejected, "skipped")]
    [InlineData("id:7 stat:UNKNOWN", "7", AttemptStatus.Sent, "unknown")]
    [InlineData("id:7 stat:Delivered", "7", AttemptStatus.Delivered, "delivrd")]
    [InlineData("id:7", "7", AttemptStatus.Sent, "unknown")]
    [InlineData("msgid:9 id:7\nstat:DELIVRD\n", "7", AttemptStatus.Delivered, "delivrd")]
    [InlineData("id:7 stat:DELIVRD err:+12025550100", "7", AttemptStatus.Delivered, "delivrd")]
    public void Read_WhenText_IsUnderstoodLeniently(string text, string id, AttemptStatus state, string reason) =>
        AssertRead(id, state, reason, ReceiptReader.Read(Receipt(text), MessageIdFormat.Exact));

    private static void AssertRead(string id, AttemptStatus state, string reason, ReadReceipt? read)
    {
        Assert.Equal([id], read!.MessageIds);
        Assert.Equal((state, reason), (read.State, read.Reason));
    }

    [Fact]
    public void Read_WhenTheMessageItselfLooksLikeAReceipt_IsNotFooled() =>
        AssertRead("1", AttemptStatus.Undelivered, "undeliv", ReceiptReader.Read(Receipt("id:1 stat:UNDELIV err:000 text:id:2 stat:DELIVRD"), MessageIdFormat.Exact));

    [Theory]
    [InlineData(0, AttemptStatus.Sent)]
    [InlineData(1, AttemptStatus.Sent)]
    [InlineData(2, AttemptStatus.Delivered)]
    [InlineData(3, AttemptStatus.Undelivered)]
    [InlineData(4, AttemptStatus.Undelivered)]
    [InlineData(5, AttemptStatus.Undelivered)]
    [InlineData(6, AttemptStatus.Sent)]
    [InlineData(7, AttemptStatus.Sent)]
    [InlineData(8, AttemptStatus.Rejected)]
    [InlineData(9, AttemptStatus.Rejected)]
    [InlineData(200, AttemptStatus.Sent)]
    public void Read_WhenParameters_AreBelievedBeforeTheText(byte number, AttemptStatus state)
    {
        var receipt = Receipt("id:wrong stat:REJECTD") with
        {
            Tlvs = [new Tlv(TlvTag.ReceiptedMessageId, "right\0"u8.ToArray()), new Tlv(TlvTag.MessageState, new[] { number })],
        };
        var read = ReceiptReader.Read(receipt, MessageIdFormat.Exact)!;
        Assert.Equal(["right", "wrong"], read.MessageIds);
        Assert.Equal(state, read.State);
    }

    [Fact]
    public void Read_WhenTextTravelsInThePayload_IsFound()
    {
        var receipt = new MessagePdu(CommandId.DataSm, 1) { EsmClass = 4, Tlvs = [new Tlv(TlvTag.MessagePayload, "id:5 stat:DELIVRD"u8.ToArray())] };
        Assert.Equal("5", ReceiptReader.Read(receipt, MessageIdFormat.Exact)!.MessageIds.Single());
    }

    [Theory]
    [InlineData("")]
    [InlineData("stat:DELIVRD")]
    [InlineData("text:id:5 stat:DELIVRD")]
    [InlineData("stat:DELIVRD text:hi id:5")]
    [InlineData("id:")]
    public void Read_WhenNoMessageIsNamed_IsNull(string text) => Assert.Null(ReceiptReader.Read(Receipt(text), MessageIdFormat.Exact));

    [Fact]
    public void Read_WhenNotationsDiffer_IsCanonical() =>
        Assert.Equal("ff", ReceiptReader.Read(Receipt("id:0000000255 stat:DELIVRD"), MessageIdFormat.HexadecimalThenDecimal)!.MessageIds.Single());

    [Property(MaxTest = 2000)]
    public void Read_WhenAnyBytes_NeverThrowsAndItsReasonIsAShortWord(byte[] bytes, byte[] tlv, bool asKey)
    {
        var content = asKey ? [.. "id:1 stat:"u8, .. bytes, .. " err:"u8, .. tlv] : bytes;
        var receipt = new MessagePdu(CommandId.DeliverSm, 1)
        {
            EsmClass = 4,
            ShortMessage = content,
            Tlvs = asKey ? [] : [new Tlv(TlvTag.ReceiptedMessageId, tlv), new Tlv(TlvTag.MessageState, tlv)],
        };
        if (ReceiptReader.Read(receipt, MessageIdFormat.HexadecimalThenDecimal) is { } read)
        {
            Assert.Matches("^[a-z]+(-[a-z0-9]{1,4})?$", read.Reason);
        }
    }

    [Theory]
    [InlineData(0x00, false)]
    [InlineData(0x04, true)]
    [InlineData(0x44, true)]
    [InlineData(0x07, true)]
    [InlineData(0x20, true)]
    [InlineData(0x08, false)]
    [InlineData(0x40, false)]
    public void IsReceipt_WhenEsmClass_LooksAtItsKind(byte esmClass, bool expected) => Assert.Equal(expected, EsmClass.IsReceipt(esmClass));

    private static MessagePdu Receipt(string text) => new(CommandId.DeliverSm, 1) { EsmClass = 4, ShortMessage = Encoding.Latin1.GetBytes(text) };
}
