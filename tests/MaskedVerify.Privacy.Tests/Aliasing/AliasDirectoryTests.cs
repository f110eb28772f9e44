using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Testing;
using static MaskedVerify.Privacy.Tests.PrivacyFixture;

namespace MaskedVerify.Privacy.Tests.Aliasing;

public sealed class AliasDirectoryTests : IAsyncLifetime
{
    private PrivacyFixture _shared = null!;

    public async ValueTask InitializeAsync() => _shared = await StartAsync();

    public ValueTask DisposeAsync() => _shared.DisposeAsync();

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

    [Property(MaxTest = 60)]
    public void Find_EveryWrittenForm_FindsOneAlias(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var region = PhoneSamples.Regions[random.Next(PhoneSamples.Regions.Count)];
        var number = PhoneSamples.Mobile(region, random);
        var alias = _shared.Aliases.GetOrAddAsync(TenantA, Context, number).AsTask().Result.Alias;
        foreach (var form in PhoneSamples.WrittenForms(number, random))
        {
            Assert.True(PhoneNumber.TryParse(form, out var parsed));
            Assert.Equal(alias, _shared.Aliases.GetOrAddAsync(TenantA, Context, parsed).AsTask().Result.Alias);
        }
    }

    [Property(MaxTest = 300)]
    public void GetOrAdd_ForDifferentNumbers_GivesDifferentAliases(DoNotSize<ulong> a, DoNotSize<ulong> b)
    {
        var left = PhoneNumber.FromE164Digits((1_000_000_000 + (a.Item % 900_000_000_000_000)).ToString());
        var right = PhoneNumber.FromE164Digits((1_000_000_000 + (b.Item % 900_000_000_000_000)).ToString());
        var one = _shared.Aliases.GetOrAddAsync(TenantA, Context, left).AsTask().Result;
        var other = _shared.Aliases.GetOrAddAsync(TenantA, Context, right).AsTask().Result;

        Assert.Equal(left == right, one.Alias == other.Alias);
        if (one.IsNew)
        {
            Assert.Equal(left, _shared.Aliases.OpenAsync(TenantA, one.Alias, one.Number!).AsTask().Result);
        }
    }

    [Fact]
    public async Task Find_UnderAnOlderVersionOfTheIndexKey_StillFinds_AndNewAliasesUseTheNewest()
    {
        await using var fixture = await StartAsync();
        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);
        var wrapped = await fixture.Get<IKeyManagementService>().WrapAsync(new byte[32], KeyNames.WrapContext("local", TenantA, KeyNames.TenantAlias, 2));
        await fixture.Store.AddKeyAsync(TenantA, KeyNames.TenantAlias, new WrappedKey(2, wrapped));
        fixture.Ring.Forget(TenantA, KeyNames.TenantAlias);
        var young = PhoneNumber.FromE164Digits("447400123456");

        Assert.Equal(made.Alias, await fixture.Aliases.FindAsync(TenantA, Context, Number));
        Assert.Equal(made.Alias, (await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number)).Alias);
        await fixture.Aliases.GetOrAddAsync(TenantA, Context, young);
        Assert.Contains(Convert.ToHexString(Privacy.AliasDirectory.IndexKey(new byte[32], Context, young)), fixture.Store.Index.Keys);
    }

    [Fact]
    public async Task Open_WhenAnotherSiloBeganANewEpoch_ReadsTheTenantKeyAgain()
    {
        using var directory = new TestDirectory();
        var store = new InMemoryKeysStore();
        await using var first = await StartAsync(store, directory.File("keys/root.key"));
        await first.Aliases.GetOrAddAsync(TenantA, Context, Number);
        var wrapped = await first.Get<IKeyManagementService>().WrapAsync(new byte[32], KeyNames.WrapContext("local", TenantA, KeyNames.TenantKek, 2));
        await store.AddKeyAsync(TenantA, KeyNames.TenantKek, new WrappedKey(2, wrapped));
        await using var second = await StartAsync(store, directory.File("keys/root.key"));

        var made = await second.Aliases.GetOrAddAsync(TenantA, "other", Number);

        Assert.Equal(2, store.SubjectKeys[made.Alias].Version);
        Assert.Equal(Number, await first.Aliases.OpenAsync(TenantA, made.Alias, made.Number!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a-context-that-is-much-longer-than-the-64-characters-that-are-allowed")]
    [InlineData("käufer")]
    public async Task GetOrAdd_WhenTheContextHasNoAcceptableShape_Throws(string context)
    {
        await using var fixture = await StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(async () => await fixture.Aliases.GetOrAddAsync(TenantA, context, Number));
        Assert.Empty(fixture.Store.SubjectKeys);
    }

    [Fact]
    public async Task GetOrAdd_WhenTheStoreFails_KeepsNothingInMemory()
    {
        var store = new FailingStore();
        await using var fixture = await StartAsync(store);
        store.Fails = true;

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number));

        Assert.Equal(0, fixture.Get<SubjectKeys>().Count);
        store.Fails = false;
        Assert.True((await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number)).IsNew);
    }

    [Fact]
    public async Task Answers_WhenPrinted_ShowNoBytes()
    {
        await using var fixture = await StartAsync();
        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);

        Assert.Equal("[sealed]", made.Number!.ToString());
        Assert.Contains("[sealed]", made.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("4155550123", made.ToString(), StringComparison.Ordinal);
    }

    private sealed class FailingStore : InMemoryKeysStore
    {
        public bool Fails { get; set; }

        public override ValueTask<AliasId> AddAliasAsync(NewAliasKeys keys) =>
            Fails ? throw new StorageUnavailableException("The database is locked.") : base.AddAliasAsync(keys);
    }
}
