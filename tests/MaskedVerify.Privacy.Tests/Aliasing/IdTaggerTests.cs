using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Domain;
using static MaskedVerify.Privacy.Tests.PrivacyFixture;

namespace MaskedVerify.Privacy.Tests.Aliasing;

public sealed class IdTaggerTests : IAsyncLifetime
{
    private PrivacyFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await StartAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public void NewIds_BelongToTheirTenantAlone()
    {
        for (var i = 0; i < 500; i++)
        {
            var alias = _fixture.Tagger.NewAlias(TenantA);
            var verification = _fixture.Tagger.NewVerification(TenantA, alias);

            Assert.True(_fixture.Tagger.Owns(TenantA, alias));
            Assert.True(_fixture.Tagger.Owns(TenantA, verification));
            Assert.False(_fixture.Tagger.Owns(TenantB, alias));
            Assert.False(_fixture.Tagger.Owns(TenantB, verification));
            Assert.True(verification.AliasRandom.SequenceEqual(alias.Random));
            Assert.Equal('1', alias.TagVersion);
        }
    }

    [Fact]
    public void NewIds_NeverRepeat()
    {
        var aliases = Enumerable.Range(0, 5_000).Select(_ => _fixture.Tagger.NewAlias(TenantA)).ToArray();
        var verifications = Enumerable.Range(0, 5_000).Select(_ => _fixture.Tagger.NewVerification(TenantA, aliases[0])).ToArray();

        Assert.Equal(5_000, aliases.Distinct().Count());
        Assert.Equal(5_000, verifications.Distinct().Count());
    }

    [Fact]
    public void Owns_WithAnyCharacterReplaced_IsFalse()
    {
        var alias = _fixture.Tagger.NewAlias(TenantA).Value;
        var verification = _fixture.Tagger.NewVerification(TenantA, _fixture.Tagger.NewAlias(TenantA)).Value;
        foreach (var c in "0123456789abcdefghjkmnpqrstvwxyz")
        {
            for (var place = 3; place < alias.Length; place++)
            {
                Assert.False(alias[place] != c && AliasId.TryParse(Replaced(alias, place, c), out var forged) && _fixture.Tagger.Owns(TenantA, forged));
            }

            for (var place = 3; place < verification.Length; place++)
            {
                Assert.False(
                    verification[place] != c && VerificationId.TryParse(Replaced(verification, place, c), out var forged) && _fixture.Tagger.Owns(TenantA, forged));
            }
        }
    }

    [Property(MaxTest = 2_000)]
    public void Owns_WithAGuessedTag_IsFalse(DoNotSize<ulong> tag, byte version)
    {
        var alias = _fixture.Tagger.NewAlias(TenantA);
        Assert.True(Base32.TryRead(alias.Random, out UInt128 random));
        var digit = "0123456789abcdefghjkmnpqrstvwxyz"[version % 32];

        Assert.False(_fixture.Tagger.Owns(TenantA, AliasId.Create(digit, random, tag.Item)));
        Assert.False(_fixture.Tagger.Owns(TenantA, VerificationId.Create(digit, alias, random, tag.Item)));
        Assert.False(_fixture.Tagger.Owns(TenantA, VerificationId.Create(digit, alias, random, alias.Tag)));
    }

    [Fact]
    public void Owns_OfAKeyVersionThatDoesNotExist_IsFalse()
    {
        var untagged = AliasId.Create('5', 42, 0).Untagged;
        var tag = IdTagger.Tag(_fixture.Ring.Region.FrontTag.Newest, TenantA, untagged);

        Assert.False(_fixture.Tagger.Owns(TenantA, AliasId.Create('5', 42, tag)));
    }

    [Fact]
    public void Owns_WhenNothingIsAsked_IsFalse()
    {
        var alias = _fixture.Tagger.NewAlias(TenantA);

        Assert.False(_fixture.Tagger.Owns(TenantA, default(AliasId)));
        Assert.False(_fixture.Tagger.Owns(TenantA, default(VerificationId)));
        Assert.False(_fixture.Tagger.Owns(default, alias));
    }

    [Fact]
    public async Task Owns_AfterTheTagKeyHasANewVersion_KnowsIdsOfBoth()
    {
        using var directory = new TestDirectory();
        var store = new Testing.InMemoryKeysStore();
        AliasId old;
        await using (var first = await StartAsync(store, directory.File("keys/root.key")))
        {
            old = first.Tagger.NewAlias(TenantA);
            var kms = first.Get<IKeyManagementService>();
            await store.AddKeyAsync(default, KeyNames.FrontTag, new WrappedKey(2, await kms.WrapAsync(new byte[32], KeyNames.WrapContext("local", default, KeyNames.FrontTag, 2))));
        }

        await using var second = await StartAsync(store, directory.File("keys/root.key"));
        var young = second.Tagger.NewAlias(TenantA);
        Assert.Equal(('1', '2'), (old.TagVersion, young.TagVersion));
        Assert.True(second.Tagger.Owns(TenantA, old));
        Assert.True(second.Tagger.Owns(TenantA, young));
        Assert.True(Base32.TryRead(young.Random, out UInt128 random));
        Assert.False(second.Tagger.Owns(TenantA, AliasId.Create('1', random, young.Tag)));
    }

    private static string Replaced(string text, int place, char c) => string.Concat(text.AsSpan(0, place), [c], text.AsSpan(place + 1));
}
