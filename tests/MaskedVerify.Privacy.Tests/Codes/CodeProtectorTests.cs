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

    [Fact]
    public async Task Open_WithAnyBitChangedOrBoundElsewhere_IsBroken()
    {
        await using var fixture = await StartAsync();
        var alias = (await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number)).Alias;
        var other = (await fixture.Aliases.GetOrAddAsync(TenantA, "other", Number)).Alias;
        var verification = fixture.Tagger.NewVerification(TenantA, alias);
        var code = OneTimeCode.Random(6);
        var stored = await fixture.Codes.SealAsync(TenantA, alias, verification, 1, code);
        for (var place = 0; place < stored.Length; place++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])stored.Clone();
                changed[place] ^= (byte)(1 << bit);
                await Assert.ThrowsAsync<SealBrokenException>(async () => await fixture.Codes.OpenAsync(TenantA, alias, verification, 1, changed));
            }
        }

        await Broken(TenantA, alias, verification, 2);
        await Broken(TenantA, alias, fixture.Tagger.NewVerification(TenantA, alias), 1);
        await Broken(TenantA, other, verification, 1);
        await Broken(TenantB, alias, verification, 1);
        await fixture.Aliases.EraseAsync(TenantA, alias);
        await Broken(TenantA, alias, verification, 1);

        Task Broken(TenantId tenant, AliasId of, VerificationId id, int send) =>
            Assert.ThrowsAsync<SealBrokenException>(async () => await fixture.Codes.OpenAsync(tenant, of, id, send, stored));
    }

    [Fact]
    public void Seal_HidesTheLengthOfTheCode_AndIsBoundToTheRegion()
    {
        var key = new byte[32];
        var alias = AliasId.Create('1', 1, 1);
        var id = VerificationId.Create('1', alias, 1, 1);
        var stored = CodeProtector.Seal(key, "eu", TenantA, alias, id, 1, OneTimeCode.Random(4));

        Assert.Equal(CodeProtector.Seal(key, "eu", TenantA, alias, id, 1, OneTimeCode.Random(10)).Length, stored.Length);
        Assert.Throws<SealBrokenException>(() => CodeProtector.Open(key, "us", TenantA, alias, id, 1, stored));
        Assert.Throws<ArgumentException>(() => CodeProtector.Seal(key, "eu", TenantA, alias, id, 1, default));
    }

    [Fact]
    public async Task Matches_AfterTheCodeKeyHasANewVersion_StillKnowsOldMacs()
    {
        using var directory = new TestDirectory();
        var store = new Testing.InMemoryKeysStore();
        var id = VerificationId.Create('1', AliasId.Create('1', 1, 1), 1, 1);
        var code = OneTimeCode.Random(6);
        byte[] old;
        await using (var first = await StartAsync(store, directory.File("keys/root.key")))
        {
            old = first.Codes.Mac(TenantA, id, 1, code);
            var wrapped = await first.Get<IKeyManagementService>().WrapAsync(new byte[32], KeyNames.WrapContext("local", default, KeyNames.Code, 2));
            await store.AddKeyAsync(default, KeyNames.Code, new WrappedKey(2, wrapped));
        }

        await using var second = await StartAsync(store, directory.File("keys/root.key"));
        Assert.NotEqual(old, second.Codes.Mac(TenantA, id, 1, code));
        Assert.True(second.Codes.Matches(old, TenantA, id, 1, code));
        Assert.False(second.Codes.Matches(old, TenantA, id, 2, code));
    }
}
