using FsCheck;
using FsCheck.Xunit;

namespace MaskedVerify.Domain.Tests.Verifications;

public sealed class IdempotencyKeyTests
{
    [Property(MaxTest = 1_000)]
    public void TryParse_AcceptsExactlyVisibleAscii(string? text)
    {
        var acceptable = text is { Length: >= 1 and <= IdempotencyKey.MaxLength } && text.All(c => c is >= '!' and <= '~');

        Assert.Equal(acceptable, IdempotencyKey.TryParse(text, out var key));
        Assert.Equal(acceptable ? text : string.Empty, key.Reveal());
        Assert.Equal(!acceptable, key.IsNone);
    }

    [Fact]
    public void TryParse_AtTheLimits()
    {
        Assert.True(IdempotencyKey.TryParse(new string('k', 255), out _));
        Assert.False(IdempotencyKey.TryParse(new string('k', 256), out _));
        Assert.False(IdempotencyKey.TryParse("a b", out _));
        Assert.False(IdempotencyKey.TryParse("ä", out _));
    }

    [Fact]
    public void Everything_ThatPrints_PrintsTheMask()
    {
        Assert.True(IdempotencyKey.TryParse("order-4155550123", out var key));

        MaskingAssert.HidesIts(key, "4155550123", "[idempotency-key]");
    }
}
