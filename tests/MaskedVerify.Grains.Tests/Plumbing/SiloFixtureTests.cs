using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Testing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Tests.Plumbing;

public sealed class SiloFixtureTests
{
    [Theory]
    [InlineData("nothing", false)]
    [InlineData("to +49 1511 2345678", true)]
    [InlineData("the code is 493817", true)]
    public async Task Dispose_WhenALineHasWhatWasSent_Fails(string line, bool leaks)
    {
        var silos = await SiloFixture.StartAsync();
        var alias = AliasId.Create('1', 1, 1);
        var message = new CarrierMessage(
            PhoneNumber.FromE164Digits("4915112345678"), "Your code is 493817.", Channel.Sms, null, alias, VerificationId.Create('1', alias, 2, 3), 0);
        await silos.Carrier.SubmitAsync(message, TestContext.Current.CancellationToken);
        silos.Get<ILoggerFactory>().CreateLogger("MaskedVerify.Planted").LogWarning("Planted: {Line}", line);

        var error = await Record.ExceptionAsync(async () => await silos.DisposeAsync());

        Assert.Equal(leaks, error is not null);
        Assert.DoesNotContain("2345678", error?.Message ?? string.Empty, StringComparison.Ordinal);
    }
}
