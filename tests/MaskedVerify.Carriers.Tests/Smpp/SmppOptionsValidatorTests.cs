using MaskedVerify.Carriers.Smpp;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers.Tests.Smpp;

public sealed class SmppOptionsValidatorTests
{
    [Fact]
    public async Task Options_WhenManyAreWrong_AreAllToldAtOnceWithoutTheSecret()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(async () => await SmppHost.StartAsync(
            1,
            ("Smpp:Id", "Not Good"), ("Smpp:SystemId", ""), ("Smpp:Password", "hunter2hunter2"), ("Smpp:Port", "70000"), ("Smpp:Window", "0"),
            ("Smpp:SourceAddress", "much too long"), ("Smpp:ReconnectMin", "00:00:30"), ("Smpp:ReconnectMax", "00:00:10"), ("Smpp:EnquireDeadline", "00:00:40"),
            ("Smpp:Tls:Enabled", "true"), ("Smpp:Tls:CaFile", "/nowhere/ca.pem"), ("Smpp:BlockedStatuses:0", "-1"), ("Smpp:MessageIdFormat", "99")));
        foreach (var key in new[] { "Id", "SystemId", "Password", "Port", "Window", "SourceAddress", "ReconnectMin", "EnquireDeadline", "CaFile", "BlockedStatuses", "MessageIdFormat" })
        {
            Assert.Contains(failure.Failures, text => text.Contains(key, StringComparison.Ordinal));
        }

        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WhenPrinted_ShowNoCredentials()
    {
        var text = new SmppOptions { Host = "centre.example", SystemId = "acme", Password = "secret" }.ToString();
        Assert.Equal("SMPP smpp to centre.example:2775", text);
    }

    [Fact]
    public void Tls_WhenSettingsWithoutTls_IsAMistake()
    {
        var options = new SmppOptions { Host = "h", SystemId = "s", Tls = new SmppTlsOptions { ServerName = "h" } };
        Assert.True(new SmppOptionsValidator().Validate(null, options).Failed);
    }

    [Fact]
    public void Options_WhenOnlyHostAndSystemId_AreEnough()
    {
        var options = new SmppOptions { Host = "h", SystemId = "s" };
        Assert.False(new SmppOptionsValidator().Validate(null, options).Failed);
        Assert.False(new SmppOptionsAnnotations().Validate(null, options).Failed);
    }
}
