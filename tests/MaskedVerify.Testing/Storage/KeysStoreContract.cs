using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Xunit;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Testing;

/// <summary>What every keys store must do, whatever its engine.</summary>
public abstract class KeysStoreContract
{
    private static readonly TenantId Tenant = TenantId.Parse("tn-sample");

    /// <summary>An empty store.</summary>
    protected abstract IKeysStore Store { get; }

    [Fact]
    public async Task AddAlias_WhenNew_IsFoundWithItsKey()
    {
        Assert.Null(await Store.FindAliasAsync(Key("index")));

        Assert.Equal(Alias(1), await Store.AddAliasAsync(New("index", 1)));

        Assert.Equal(Alias(1), await Store.FindAliasAsync(Key("index")));
        var key = await Store.ReadSubjectKeyAsync(Alias(1));
        Assert.Equal(3, key!.Version);
        Assert.Equal(Key("subject 1"), key.Bytes);
        Assert.Null(await Store.ReadSubjectKeyAsync(Alias(2)));
        Assert.Null(await Store.FindAliasAsync(Key("another index")));
    }

    [Fact]
    public async Task AddAlias_WhenTheIndexKeyExists_AnswersTheFirstAndWritesNothing()
    {
        await Store.AddAliasAsync(New("index", 1));

        Assert.Equal(Alias(1), await Store.AddAliasAsync(New("index", 2)));

        Assert.Null(await Store.ReadSubjectKeyAsync(Alias(2)));
        Assert.Equal(Key("subject 1"), (await Store.ReadSubjectKeyAsync(Alias(1)))!.Bytes);
    }

    [Fact]
    public async Task AddAlias_WhenFirstContactsRace_AllGetOneAlias()
    {
        var answers = await Task.WhenAll(Enumerable.Range(1, 200).Select(n => Task.Run(async () => await Store.AddAliasAsync(New("index", n)))));

        var winner = Assert.Single(answers.Distinct());
        Assert.Equal(winner, await Store.FindAliasAsync(Key("index")));
        for (var n = 1; n <= 200; n++)
        {
            Assert.Equal(Alias(n) == winner, await Store.ReadSubjectKeyAsync(Alias(n)) is not null);
        }
    }

    [Fact]
    public async Task AddAlias_WhenThousandsComeAtOnce_KeepsEach()
    {
        await Task.WhenAll(Enumerable.Range(1, 2000).Select(n => Task.Run(async () => await Store.AddAliasAsync(New($"index {n}", n)))));

        for (var n = 1; n <= 2000; n++)
        {
            Assert.Equal(Alias(n), await Store.FindAliasAsync(Key($"index {n}")));
        }
    }

    [Fact]
    public async Task EraseAlias_WhenKnown_DeletesEverythingOnceAndForAll()
    {
        await Store.AddAliasAsync(New("index 1", 1));
        await Store.AddAliasAsync(New("index 2", 2));

        Assert.True(await Store.EraseAliasAsync(Alias(1)));
        Assert.False(await Store.EraseAliasAsync(Alias(1)));

        Assert.Null(await Store.FindAliasAsync(Key("index 1")));
        Assert.Null(await Store.ReadSubjectKeyAsync(Alias(1)));
        Assert.Equal(Alias(2), await Store.FindAliasAsync(Key("index 2")));
        Assert.NotNull(await Store.ReadSubjectKeyAsync(Alias(2)));
        Assert.Equal(Alias(3), await Store.AddAliasAsync(New("index 1", 3)));
    }

    [Fact]
    public async Task FindUnseen_WhenKeysAreOldEnough_GivesTheOldestUntilTheyAreSeenOrErased()
    {
        for (var n = 1; n <= 9; n++)
        {
            await Store.AddAliasAsync(New($"index {n}", n));
        }

        Assert.Empty(await Store.FindUnseenAsync(Noon.AddSeconds(1), 10));
        Assert.Equal([new(Tenant, Alias(1)), new UnseenAlias(Tenant, Alias(2))], await Store.FindUnseenAsync(Noon.AddSeconds(3), 10));
        Assert.Equal([Alias(1), Alias(2), Alias(3)], (await Store.FindUnseenAsync(Noon.AddDays(1), 3)).Select(row => row.Alias));

        await Store.MarkSeenAsync([Alias(3), Alias(1), Alias(77)]);
        await Store.MarkSeenAsync([Alias(1)]);
        await Store.MarkSeenAsync([]);
        await Store.EraseAliasAsync(Alias(4));

        Assert.Equal([2, 5, 6, 7, 8, 9], (await Store.FindUnseenAsync(Noon.AddDays(1), 10)).Select(row => Enumerable.Range(1, 9).Single(n => Alias(n) == row.Alias)));
        Assert.Equal(Key("subject 1"), (await Store.ReadSubjectKeyAsync(Alias(1)))!.Bytes);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.FindUnseenAsync(Noon, 0));
    }

    [Fact]
    public async Task AddKey_WhenTheVersionExists_AnswersTheFirst()
    {
        Assert.Equal(Key("a"), (await Store.AddKeyAsync(Tenant, "code", new WrappedKey(1, Key("a")))).Bytes);

        Assert.Equal(Key("a"), (await Store.AddKeyAsync(Tenant, "code", new WrappedKey(1, Key("b")))).Bytes);
    }

    [Fact]
    public async Task ReadKeys_WhenThereAreVersions_ComeNewestFirst()
    {
        for (var version = 1; version <= 11; version++)
        {
            await Store.AddKeyAsync(Tenant, "code", new WrappedKey(version, [(byte)version]));
        }

        await Store.AddKeyAsync(Tenant, "other", new WrappedKey(1, [99]));
        await Store.AddKeyAsync(default, "code", new WrappedKey(1, [98]));

        Assert.Equal([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], (await Store.ReadKeysAsync(Tenant, "code")).Select(key => key.Version));
        Assert.Equal([98], Assert.Single(await Store.ReadKeysAsync(default, "code")).Bytes);
        Assert.Empty(await Store.ReadKeysAsync(Tenant, "nothing"));
    }

    [Fact]
    public async Task AddKey_WhenManyRaceForOneVersion_AllGetOneKey()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => Task.Run(async () =>
            await Store.AddKeyAsync(default, "guard", new WrappedKey(1, Key($"{n}"))))));

        Assert.Single(answers.Select(key => Convert.ToHexString(key.Bytes)).Distinct());
    }

    private static NewAliasKeys New(string index, int alias) => new(Tenant, Alias(alias), Key(index), 1, new WrappedKey(3, Key($"subject {alias}")), Noon.AddSeconds(alias));
}
