using FsCheck.Xunit;
using MaskedVerify.Carriers.Smpp;
using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Carriers.Tests.Text;
using MaskedVerify.Carriers.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Tests.Smpp;

[Properties(Arbitrary = [typeof(TextArbitraries)], MaxTest = 300)]
public sealed class SubmitComposerTests
{
    [Property]
    public void Compose_WhenAnyText_PartsJoinToTheTextAndFitOneMessageEach(WildText wild, GsmText gsm, byte mode)
    {
        foreach (var text in new[] { wild.Value, gsm.Value })
        {
            var composed = Compose(text, new SmppOptions { Concatenation = (Concatenation)(mode % 3) })!;
            var alphabet = MessageSegments.AlphabetOf(text);
            Assert.Equal(text, string.Concat(composed.Units.Select(unit => Join(unit, alphabet))));
            Assert.All(composed.Units, unit => Assert.True(unit.ShortMessage.Length <= (alphabet == TextAlphabet.Gsm7 ? 160 : 140)));
            Assert.Equal(1, composed.Units.Count(unit => unit.RegisteredDelivery == 1));
            Assert.Equal(1, composed.Units[^1].RegisteredDelivery);
            Assert.Equal((byte)(alphabet == TextAlphabet.Gsm7 ? 0 : 8), composed.Units[0].DataCoding);
        }
    }

    [Fact]
    public void Compose_WhenParts_ShareAReferenceOfTheirOwn()
    {
        var composer = new SubmitComposer(new SmppOptions(), firstReference: 0xFFFE);
        var first = composer.Compose(Message(new string('a', 400)))!;
        var second = composer.Compose(Message(new string('a', 400)))!;
        Assert.Equal(3, first.Segments);
        Assert.Equal(
            ["060804FFFF0301", "060804FFFF0302", "060804FFFF0303"],
            first.Units.Select(unit => Convert.ToHexString(unit.ShortMessage.Span[..7])));
        Assert.Equal("06080400000301", Convert.ToHexString(second.Units[0].ShortMessage.Span[..7]));
        Assert.All(first.Units, unit => Assert.Equal(0x40, unit.EsmClass));
    }

    [Fact]
    public void Compose_WhenEightBitReference_HasTheShorterHeader()
    {
        var unit = Compose(new string('a', 400), new SmppOptions { Concatenation = Concatenation.Udh8 })!.Units[1];
        Assert.Equal("0500032A0302", Convert.ToHexString(unit.ShortMessage.Span[..6]));
        Assert.Equal(153 + 6, unit.ShortMessage.Length);
    }

    [Fact]
    public void Compose_WhenPayload_IsOneUnitThatTellsItsSegments()
    {
        var composed = Compose(new string('验', 200), new SmppOptions { Concatenation = Concatenation.MessagePayload })!;
        var unit = Assert.Single(composed.Units);
        Assert.Equal((4, 0, 400), (composed.Segments, unit.ShortMessage.Length, unit.Find(TlvTag.MessagePayload)!.Value.Length));
    }

    [Fact]
    public void Compose_WhenAddressesAndValidity_AreWritten()
    {
        var options = new SmppOptions { SourceAddress = "Acme", ServiceType = "OTP", ValidityPeriod = TimeSpan.FromMinutes(10), Gsm7DataCoding = 0xF1 };
        var unit = Compose("hi", options)!.Units[0];
        Assert.Equal(
            (new SmppAddress(5, 0, "Acme"), new SmppAddress(1, 1, "12025550100"), "OTP", "000000001000000R", (byte)0xF1),
            (unit.Source, unit.Destination, unit.ServiceType, unit.ValidityPeriod, unit.DataCoding));
        var own = new SubmitComposer(options, 0).Compose(Message("hi") with { Sender = "72345" })!.Units[0];
        Assert.Equal(new SmppAddress(3, 0, "72345"), own.Source);
    }

    [Fact]
    public void Compose_WhenBeyondTheProtocol_IsNull()
    {
        Assert.Null(Compose(new string('验', 255 * 66 + 1), new SmppOptions()));
        Assert.Null(new SubmitComposer(new SmppOptions(), 0).Compose(Message("hi") with { Sender = "much too long a sender" }));
    }

    private static string Join(MessagePdu unit, TextAlphabet alphabet)
    {
        var content = unit.Content.Span;
        return MessageSegments.Decode(unit.EsmClass == 0x40 ? content[(content[0] + 1)..] : content, alphabet);
    }

    private static ComposedSubmit? Compose(string text, SmppOptions options) => new SubmitComposer(options, firstReference: 41).Compose(Message(text));

    private static CarrierMessage Message(string text) => SandboxHost.Message("+12025550100") with { Text = text, Channel = Channel.Sms };
}
