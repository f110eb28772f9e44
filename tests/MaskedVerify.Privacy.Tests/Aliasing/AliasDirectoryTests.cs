using MaskedVerify.Testing;
using static MaskedVerify.Privacy.Tests.PrivacyFixture;

namespace MaskedVerify.Privacy.Tests.Aliasing;

public sealed class AliasDirectoryTests
{
    [Fact]
    public async Task GetOrAdd_WhenNew_MakesOneAliasThatIsFoundAndOpened()
    {
        await using var fixture = await StartAsync();

        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);
        var again = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);

        Assert.True(made.IsNew);
        Assert.False(again.IsNew);
        Assert.Null(again.Number);
        Assert.Equal(made.Alias, again.Alias);
        Assert.Equal(made.Alias, await fixture.Aliases.FindAsync(TenantA, Context, Number));
        Assert.True(fixture.Tagger.Owns(TenantA, made.Alias));
        Assert.Equal(Number, await fixture.Aliases.OpenAsync(TenantA, made.Alias, made.Number!));
    }

    [Fact]
    public async Task GetOrAdd_WhenOtherTenantOrContext_GivesAnotherAlias()
    {
        await using var fixture = await StartAsync();

        var aliases = new[]
        {
            (await fixture.Aliases.GetOrAddAsync(TenantA, "buyer", Number)).Alias,
            (await fixture.Aliases.GetOrAddAsync(TenantA, "seller", Number)).Alias,
            (await fixture.Aliases.GetOrAddAsync(TenantB, "buyer", Number)).Alias,
        };

        Assert.Equal(3, aliases.Distinct().Count());
        Assert.Null(await fixture.Aliases.FindAsync(TenantB, "seller", Number));
    }

    [Fact]
    public async Task GetOrAdd_WhenManyAtOnce_AllGetOneAlias()
    {
        await using var fixture = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => fixture.Aliases.GetOrAddAsync(TenantA, Context, Number).AsTask())));

        Assert.Single(answers.Select(answer => answer.Alias).Distinct());
        Assert.Single(answers, answer => answer.IsNew);
        Assert.Single(fixture.Store.SubjectKeys);
    }

    [Fact]
    public async Task Open_WhenErased_IsBrokenAndTheNextAliasIsNew()
    {
        await using var fixture = await StartAsync();
        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);

        Assert.True(await fixture.Aliases.EraseAsync(TenantA, made.Alias));

        await Assert.ThrowsAsync<SealBrokenException>(async () => await fixture.Aliases.OpenAsync(TenantA, made.Alias, made.Number!));
        Assert.False(await fixture.Aliases.EraseAsync(TenantA, made.Alias));
        Assert.NotEqual(made.Alias, (await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number)).Alias);
    }

    [Fact]
    public async Task Open_AfterRestart_StillOpens()
    {
        using var directory = new TestDirectory();
        var store = new InMemoryKeysStore();
        AliasResolution made;
        await using (var first = await StartAsync(store, directory.File("keys/root.key")))
        {
            made = await first.Aliases.GetOrAddAsync(TenantA, Context, Number);
        }

        await using var second = await StartAsync(store, directory.File("keys/root.key"));
        Assert.Equal(Number, await second.Aliases.OpenAsync(TenantA, made.Alias, made.Number!));
        Assert.Equal(made.Alias, await second.Aliases.FindAsync(TenantA, Context, Number));
        Assert.True(second.Tagger.Owns(TenantA, made.Alias));
    }
}
