using System.Buffers;
using System.Buffers.Binary;
using FsCheck.Xunit;
using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Tests.Smpp.Protocol;

[Properties(Arbitrary = [typeof(PduArbitraries)], MaxTest = 500)]
public sealed class PduCodecTests
{
    // The sample unit of SMPP 3.4 §3.2.3: bind_transmitter of SMPP3TEST.
    private static readonly byte[] s_sample = Convert.FromHexString(
        "0000002F000000020000000000000001534D50503354455354007365637265743038005355424D4954310000010100");

    [Fact]
    public void Decode_WhenSampleOfTheSpecification_IsWhatItSays()
    {
        var bind = Assert.IsType<BindPdu>(PduDecoder.Decode(s_sample).Pdu);
        Assert.Equal(
            (CommandId.BindTransmitter, 1u, "SMPP3TEST", "secret08", "SUBMIT1", (byte)0, (byte)1, (byte)1, ""),
            (bind.Command, bind.Sequence, bind.SystemId, bind.Password, bind.SystemType, bind.InterfaceVersion, bind.AddressTon, bind.AddressNpi, bind.AddressRange));
        Assert.Equal(s_sample, Encode(bind));
    }

    [Fact]
    public void Encode_WhenSubmit_IsTheseBytes()
    {
        var submit = new MessagePdu(CommandId.SubmitSm, 0x01020304)
        {
            Source = new SmppAddress(5, 0, "Acme"),
            Destination = new SmppAddress(1, 1, "12025550100"),
            RegisteredDelivery = 1,
            ShortMessage = "Hi"u8.ToArray(),
            Tlvs = [new Tlv(TlvTag.MessageState, new byte[] { 2 })],
        };
        Assert.Equal(
            "00000037 00000004 00000000 01020304 00 0500 41636D6500 0101 313230323535353031303000 00 00 00 00 00 01 00 00 00 02 4869 0427 0001 02".Replace(" ", "", StringComparison.Ordinal),
            Convert.ToHexString(Encode(submit)));
    }

    [Property]
    public void Codec_WhenAnyUnit_ComesBackTheSame(AnyPdu any)
    {
        var bytes = Encode(any.Value);
        var decoded = PduDecoder.Decode(bytes);
        Assert.NotNull(decoded.Pdu);
        Assert.Equal(any.Value.GetType(), decoded.Pdu.GetType());
        Assert.Equal((any.Value.Command, any.Value.Status, any.Value.Sequence), (decoded.Pdu.Command, decoded.Pdu.Status, decoded.Pdu.Sequence));
        Assert.Equal(bytes, Encode(decoded.Pdu));
    }

    [Property(MaxTest = 200)]
    public void Framer_WhenStreamIsCutAnywhere_FindsEveryUnit(AnyPdu[] any, byte[] cuts)
    {
        var units = any.Select(unit => Encode(unit.Value)).ToList();
        var found = ReadAll(units.SelectMany(unit => unit).ToArray(), cuts);
        Assert.Equal(units, found);
    }

    [Property(MaxTest = 2000)]
    public void Decode_WhenAnyBytes_NeverThrows(byte[] body, uint command, uint status)
    {
        var frame = new byte[PduFramer.HeaderLength + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)frame.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Command(command));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), status);
        body.CopyTo(frame, PduFramer.HeaderLength);
        var decoded = PduDecoder.Decode(frame);
        Assert.Equal(Command(command), (uint)decoded.Command);
        Assert.Equal(0u, decoded.Sequence);
    }

    [Property(MaxTest = 3000)]
    public void Decode_WhenAUnitIsMutated_NeverThrows(AnyPdu any, byte[] noise, int at)
    {
        var frame = Encode(any.Value);
        for (var i = 0; i < noise.Length && frame.Length > PduFramer.HeaderLength; i++)
        {
            frame[PduFramer.HeaderLength + (int)((uint)(at + (i * 31)) % (uint)(frame.Length - PduFramer.HeaderLength))] ^= noise[i];
        }

        var decoded = PduDecoder.Decode(frame);
        if (decoded.Pdu is { } pdu)
        {
            // What was read can be written again: no field is longer than the protocol allows.
            Encode(pdu);
        }
    }

    [Property(MaxTest = 500)]
    public void Decode_WhenAUnitIsTruncated_NeverThrows(AnyPdu any)
    {
        var frame = Encode(any.Value);
        for (var length = 0; length < Math.Min(frame.Length, 600); length++)
        {
            PduDecoder.Decode(frame.AsSpan(0, length));
        }
    }

    [Property(MaxTest = 1000)]
    public void Framer_WhenAnyStream_NeverThrowsAndNeverTakesMoreThanThereIs(byte[] stream, byte[] cuts)
    {
        var found = ReadAll(stream, cuts);
        Assert.True(found.Sum(unit => unit.Length) <= stream.Length);
        Assert.All(found, unit => Assert.True(unit.Length >= PduFramer.HeaderLength));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(15u)]
    [InlineData(65537u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0xFFFFFFFFu)]
    public void Framer_WhenLengthIsImpossible_SaysSoWithoutAllocating(uint length)
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length);
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.Equal(FrameStatus.Invalid, PduFramer.TryRead(ref buffer, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        PduFramer.TryRead(ref buffer, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Decode_WhenShortMessageClaimsMoreThanThereIs_IsMalformed()
    {
        var bytes = Encode(new MessagePdu(CommandId.SubmitSm, 1) { ShortMessage = new byte[10] });
        bytes[^11] = 200;
        Assert.Null(PduDecoder.Decode(bytes).Pdu);
    }

    [Fact]
    public void Decode_WhenAnswerHasNoBodyOrNoNul_IsLenient()
    {
        var refused = Encode(new MessageRespPdu(CommandId.SubmitSmResp, CommandStatus.Throttled, 7, "ignored"));
        Assert.Equal(PduFramer.HeaderLength, refused.Length);
        Assert.Equal(string.Empty, Assert.IsType<MessageRespPdu>(PduDecoder.Decode(refused).Pdu).MessageId);

        var open = Encode(new MessageRespPdu(CommandId.SubmitSmResp, CommandStatus.Ok, 7, "abc"))[..^1];
        Assert.Equal("abc", Assert.IsType<MessageRespPdu>(PduDecoder.Decode(open).Pdu).MessageId);
    }

    [Fact]
    public void Pdu_WhenPrinted_ShowsNoBody()
    {
        Assert.Equal("BindTransceiver #3 (Ok)", new BindPdu(CommandId.BindTransceiver, 3) { SystemId = "sysid", Password = "secret" }.ToString());
        var submit = new MessagePdu(CommandId.SubmitSm, 3) { Destination = new SmppAddress(1, 1, "12025550100"), ShortMessage = "123456"u8.ToArray() };
        Assert.Equal("SubmitSm #3 (Ok)", submit.ToString());
        Assert.Equal("[address]", submit.Destination.ToString());
    }

    [Fact]
    public void Encode_WhenAFieldIsTooLong_Throws()
    {
        Assert.Throws<ArgumentException>(() => Encode(new BindPdu(CommandId.BindTransceiver, 1) { Password = "123456789" }));
        Assert.Throws<ArgumentException>(() => Encode(new BindPdu(CommandId.BindTransceiver, 1) { SystemId = "a\0b" }));
        Assert.Throws<ArgumentException>(() => Encode(new MessagePdu(CommandId.SubmitSm, 1) { ShortMessage = new byte[255] }));
    }

    private static byte[] Encode(Pdu pdu)
    {
        var output = new ArrayBufferWriter<byte>();
        new PduEncoder().Encode(pdu, output);
        return output.WrittenSpan.ToArray();
    }

    // Half of the random commands are ones that have a body to decode.
    private static uint Command(uint random)
    {
        uint[] known = [1, 2, 4, 5, 9, 0x103, 0x80000001, 0x80000004, 0x80000005, 0x80000009, 0x80000103];
        return random % 2 == 0 ? known[random / 2 % known.Length] : random;
    }

    // Feeds the stream in chunks as a socket would, keeping what is not consumed.
    private static List<byte[]> ReadAll(byte[] stream, byte[] cuts)
    {
        var found = new List<byte[]>();
        var waiting = Array.Empty<byte>();
        var at = 0;
        for (var i = 0; at < stream.Length; i++)
        {
            var size = Math.Min(stream.Length - at, cuts.Length == 0 ? 1 : 1 + cuts[i % cuts.Length]);
            var buffer = Sequence(waiting, stream.AsMemory(at, size));
            FrameStatus status;
            while ((status = PduFramer.TryRead(ref buffer, out var frame)) == FrameStatus.Complete)
            {
                PduDecoder.Decode(frame);
                found.Add(frame.ToArray());
            }

            if (status == FrameStatus.Invalid)
            {
                return found;
            }

            waiting = buffer.ToArray();
            at += size;
        }

        return found;
    }

    private static ReadOnlySequence<byte> Sequence(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        var start = new Chunk(first, 0);
        var end = new Chunk(second, first.Length);
        start.Link(end);
        return new ReadOnlySequence<byte>(start, 0, end, second.Length);
    }

    private sealed class Chunk : ReadOnlySequenceSegment<byte>
    {
        public Chunk(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public void Link(Chunk next) => Next = next;
    }
}
