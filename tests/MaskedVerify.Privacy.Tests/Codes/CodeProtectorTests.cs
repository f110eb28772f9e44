using MaskedVerify.Domain;
using static MaskedVerify.Privacy.Tests.PrivacyFixture;

namespace MaskedVerify.Privacy.Tests.Codes;

public sealed class CodeProtectorTests
{
    [Fact]
    public async Task Seal_ThenOpen_GivesTheCode()
    {
        await using var fixture = await StartAsync();
        var alias = (await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number)).Alias;
        var verification = fixture.Tagger.NewVerification(TenantA, alias);
        for (var length = OneTimeCode.MinLength; length <= OneTimeCode.MaxLength; length++)
        {
            var code = OneTimeCode.Random(length);
            var sealedCode = await fixture.Codes.SealAsync(TenantA, alias, verification, 1, code);
            Assert.Equal(39, sealedCode.Length);
            Assert.Equal(code, await fixture.Codes.OpenAsync(TenantA, alias, verification, 1, sealedCode));
        }
    }

    [Fact]
    public async Task Matches_WhenAnythingDiffers_IsFalse()
    {
        await using var fixture = await StartAsync();
        var alias = fixture.Tagger.NewAlias(TenantA);
        var verification = fixture.Tagger.NewVerification(TenantA, alias);
        Assert.True(OneTimeCode.TryParse("012345", out var code));
        Assert.True(OneTimeCode.TryParse("12345", out var shorter));
        var mac = fixture.Codes.Mac(TenantA, verification, 1, code);

        Assert.True(fixture.Codes.Matches(mac, TenantA, verification, 1, code));
        Assert.False(fixture.Codes.Matches(mac, TenantB, verification, 1, code));
        Assert.False(fixture.Codes.Matches(mac, TenantA, fixture.Tagger.NewVerification(TenantA, alias), 1, code));
        Assert.False(fixture.Codes.Matches(mac, TenantA, verification, 2, code));
        Assert.False(fixture.Codes.Matches(mac, TenantA, verification, 1, shorter));
        Assert.False(fixture.Codes.Matches(mac, TenantA, verification, 1, default));
        Assert.False(fixture.Codes.Matches(mac.AsSpan(0, 31), TenantA, verification, 1, code));
        Assert.False(fixture.Codes.Matches([], TenantA, verification, 1, code));
    }
}
