using FsCheck.Xunit;
using MaskedVerify.Carriers.Smpp;
using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Tests.Smpp;

public sealed class SmppRulesTests
{
    [Theory]
    [InlineData(0x00u, CarrierError.None)]
    [InlineData(0x58u, CarrierError.Throttled)]
    [InlineData(0x14u, CarrierError.Throttled)]
    [InlineData(0x0Bu, CarrierError.InvalidDestination)]
    [InlineData(0x45u, CarrierError.Refused)]
    [InlineData(0x08u, CarrierError.Refused)]
    [InlineData(0x0Au, CarrierError.Misconfigured)]
    [InlineData(0x04u, CarrierError.Misconfigured)]
    [InlineData(0x421u, CarrierError.Blocked)]
    [InlineData(0x422u, CarrierError.Refused)]
    [InlineData(0xFFFFFFFFu, CarrierError.Refused)]
    public void Of_WhenStatus_IsThisError(uint status, CarrierError error) => Assert.Equal(error, SmppErrors.Of((CommandStatus)status, [0x421]));

    [Theory]
    [InlineData("", 0, 0, "")]
    [InlineData("+12025550100", 1, 1, "12025550100")]
    [InlineData("12025550100", 1, 1, "12025550100")]
    [InlineData("72345", 3, 0, "72345")]
    [InlineData("Acme Shop", 5, 0, "Acme Shop")]
    [InlineData("24seven", 5, 0, "24seven")]
    public void Sender_WhenText_IsThisAddress(string sender, byte ton, byte npi, string value)
    {
        Assert.True(sender.Length == 0 || SmppSender.IsValid(sender));
        Assert.Equal(new SmppAddress(ton, npi, value), SmppSender.Address(sender, null, null));
    }

    [Theory]
    [InlineData("1234567890123456")]
    [InlineData("TwelveLetter")]
    [InlineData("Ácme")]
    [InlineData("a\0b")]
    public void Sender_WhenTooLongOrForeign_IsInvalid(string sender) => Assert.False(SmppSender.IsValid(sender));

    [Property(MaxTest = 500)]
    public void Throttle_WhenAnyAnswers_StaysWithinItsBounds(byte[] answers, byte window)
    {
        var size = 1 + (window % 100);
        var state = ThrottleRules.Initial(size);
        foreach (var answer in answers)
        {
            var before = state;
            state = answer % 3 == 0 ? ThrottleRules.Throttled(state, state.Epoch - (answer % 2)) : ThrottleRules.Accepted(state, state.Epoch);
            Assert.InRange(state.Limit, 1, size);
            Assert.InRange(state.NextPause, ThrottleRules.FirstPause, ThrottleRules.MaxPause);
            Assert.True(state.Epoch >= before.Epoch);
        }

        for (var i = 0; i < size * (size + 1); i++)
        {
            state = ThrottleRules.Accepted(state, state.Epoch);
        }

        Assert.Equal((size, ThrottleRules.FirstPause), (state.Limit, state.NextPause));
    }

    [Fact]
    public void Throttle_WhenABurstIsThrottled_CountsOnce()
    {
        var state = ThrottleRules.Initial(16);
        var after = Enumerable.Range(0, 16).Aggregate(state, (current, _) => ThrottleRules.Throttled(current, epoch: 0));
        Assert.Equal((8, 1, TimeSpan.FromMilliseconds(500)), (after.Limit, after.Epoch, after.NextPause));
    }

    [Property(MaxTest = 500)]
    public void Reconnect_WhenAnyFailures_StaysBetweenItsBounds(ushort failures, byte jitter)
    {
        var options = new SmppOptions { ReconnectMin = TimeSpan.FromSeconds(1), ReconnectMax = TimeSpan.FromSeconds(60) };
        var pause = ReconnectRules.Pause(1 + failures, options, jitter / 255.0);
        Assert.InRange(pause, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(60));
        if (failures > 6)
        {
            Assert.True(pause >= TimeSpan.FromSeconds(30));
        }
    }
}
