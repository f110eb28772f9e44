using MaskedVerify.Grains.CarrierLinks;
using MaskedVerify.Grains.Tests.Plumbing;

namespace MaskedVerify.Grains.Tests.CarrierLinks;

public sealed class CarrierLinkStateTests
{
    [Fact]
    public void CarrierLinkState_OfVersion1_CanStillBeReadAndWritten()
    {
        var golden = new CarrierLinkState { Holder = "127.0.0.1:11111@42", Fence = 3, ExpiresAt = new DateTimeOffset(2026, 3, 2, 12, 0, 15, TimeSpan.Zero) };

        Assert.Equal(golden, GoldenBytes.Check("CarrierLinkState.v1", golden));
    }
}
