using MaskedVerify.Domain;
using static MaskedVerify.Privacy.Tests.PrivacyFixture;

namespace MaskedVerify.Privacy.Tests.Aliasing;

/// <summary>Somebody can write to the databases and puts rows where they do not belong.</summary>
public sealed class SwappedRowsTests
{
    private static readonly PhoneNumber OtherNumber = PhoneNumber.FromE164Digits("447400123456");

    [Fact]
    public async Task Open_WithAnyBitOfTheSealedNumberChanged_IsBroken()
    {
        await using var fixture = await StartAsync();
        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);
        var stored = made.Number!.Bytes;

        Assert.Equal(37, stored.Length);
        await AssertEveryEditBreaks(stored, changed => fixture.Aliases.OpenAsync(TenantA, made.Alias, new SealedNumber(changed)).AsTask());
    }

    [Fact]
    public async Task Open_WithAnyBitOfTheWrappedSubjectKeyChanged_IsBroken()
    {
        await using var fixture = await StartAsync();
        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);
        var stored = fixture.Store.SubjectKeys[made.Alias];

        Assert.Equal(61, stored.Bytes.Length);
        await AssertEveryEditBreaks(stored.Bytes, changed =>
        {
            fixture.Store.SubjectKeys[made.Alias] = new WrappedKey(stored.Version, changed);
            fixture.Get<SubjectKeys>().Forget(TenantA, made.Alias);
            return fixture.Aliases.OpenAsync(TenantA, made.Alias, made.Number!).AsTask();
        });
    }

    [Fact]
    public async Task Open_WithAnotherAliasesNumberKeyOrBoth_IsBroken()
    {
        await using var fixture = await StartAsync();
        var victim = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);
        var attacker = await fixture.Aliases.GetOrAddAsync(TenantA, Context, OtherNumber);
        var store = fixture.Store;

        await AssertBroken(() => fixture.Aliases.OpenAsync(TenantA, attacker.Alias, victim.Number!));

        store.SubjectKeys[attacker.Alias] = store.SubjectKeys[victim.Alias];
        fixture.Get<SubjectKeys>().Forget(TenantA, attacker.Alias);
        await AssertBroken(() => fixture.Aliases.OpenAsync(TenantA, attacker.Alias, victim.Number!));
        await AssertBroken(() => fixture.Aliases.OpenAsync(TenantA, attacker.Alias, attacker.Number!));
    }

    [Fact]
    public async Task Open_AsAnotherTenant_IsBroken_WhetherTheKeyIsInMemoryOrNot()
    {
        await using var fixture = await StartAsync();
        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);

        await AssertBroken(() => fixture.Aliases.OpenAsync(TenantB, made.Alias, made.Number!));
        fixture.Get<SubjectKeys>().Forget(TenantA, made.Alias);
        await AssertBroken(() => fixture.Aliases.OpenAsync(TenantB, made.Alias, made.Number!));
        Assert.Equal(Number, await fixture.Aliases.OpenAsync(TenantA, made.Alias, made.Number!));
    }

    [Fact]
    public async Task Open_WithAnotherEpochOfTheTenantKey_IsBroken()
    {
        await using var fixture = await StartAsync();
        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);
        var wrapped = fixture.Store.SubjectKeys[made.Alias];

        fixture.Store.SubjectKeys[made.Alias] = wrapped with { Version = 7 };
        fixture.Get<SubjectKeys>().Forget(TenantA, made.Alias);

        await AssertBroken(() => fixture.Aliases.OpenAsync(TenantA, made.Alias, made.Number!));
    }

    [Fact]
    public async Task Find_WhenAnIndexRowPointsToAnotherTenantsAlias_IsBroken()
    {
        await using var fixture = await StartAsync();
        await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);
        var foreign = await fixture.Aliases.GetOrAddAsync(TenantB, Context, OtherNumber);
        var row = fixture.Store.Index.Single(row => row.Value != foreign.Alias).Key;

        fixture.Store.Index[row] = foreign.Alias;

        await AssertBroken(() => fixture.Aliases.FindAsync(TenantA, Context, Number));
        await AssertBroken(() => fixture.Aliases.GetOrAddAsync(TenantA, Context, Number));
    }

    [Fact]
    public void SealedNumber_UnderEveryOtherBinding_IsBroken()
    {
        var key = new byte[32];
        Assert.True(AliasId.TryParse(AliasId.Create('1', 1, 1).Value, out var alias));
        var other = AliasId.Create('1', 2, 1);
        var stored = SealedNumbers.Seal(key, "eu", TenantA, alias, Number);

        Assert.Equal(Number, SealedNumbers.Open(key, "eu", TenantA, alias, stored));
        Assert.Throws<SealBrokenException>(() => SealedNumbers.Open(key, "us", TenantA, alias, stored));
        Assert.Throws<SealBrokenException>(() => SealedNumbers.Open(key, "eu", TenantB, alias, stored));
        Assert.Throws<SealBrokenException>(() => SealedNumbers.Open(key, "eu", TenantA, other, stored));
        Assert.Throws<SealBrokenException>(() => SealedNumbers.Open([.. key.Skip(1), 1], "eu", TenantA, alias, stored));
        Assert.Throws<ArgumentException>(() => SealedNumbers.Seal(key, "eu", TenantA, alias, default));
    }

    [Fact]
    public void SealedNumber_AndSealedCode_NeverOpenAsEachOther()
    {
        var key = new byte[32];
        var alias = AliasId.Create('1', 1, 1);
        var verification = VerificationId.Create('1', alias, 1, 1);
        Assert.True(OneTimeCode.TryParse("12345678", out var code));
        var number = SealedNumbers.Seal(key, "eu", TenantA, alias, Number);
        var sealedCode = Privacy.CodeProtector.Seal(key, "eu", TenantA, alias, verification, 1, code);

        Assert.Throws<SealBrokenException>(() => SealedNumbers.Open(key, "eu", TenantA, alias, new SealedNumber(sealedCode)));
        Assert.Throws<SealBrokenException>(() => Privacy.CodeProtector.Open(key, "eu", TenantA, alias, verification, 1, number.Bytes));
    }

    [Fact]
    public async Task Erase_WhileAKeyIsBeingRead_LeavesNothingInMemory()
    {
        await using var fixture = await StartAsync();
        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);
        fixture.Get<SubjectKeys>().Forget(TenantA, made.Alias);
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayGoOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Store.AfterRead = () =>
        {
            looked.TrySetResult();
            return mayGoOn.Task;
        };

        var opening = Task.Run(() => fixture.Aliases.OpenAsync(TenantA, made.Alias, made.Number!).AsTask());
        await looked.Task;
        fixture.Store.AfterRead = null;
        await fixture.Aliases.EraseAsync(TenantA, made.Alias);
        mayGoOn.SetResult();

        await Assert.ThrowsAsync<SealBrokenException>(() => opening);
        await AssertBroken(() => fixture.Aliases.OpenAsync(TenantA, made.Alias, made.Number!));
    }

    private static async Task AssertEveryEditBreaks(byte[] stored, Func<byte[], Task> open)
    {
        for (var place = 0; place < stored.Length; place++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])stored.Clone();
                changed[place] ^= (byte)(1 << bit);
                await Assert.ThrowsAsync<SealBrokenException>(() => open(changed));
            }
        }

        await Assert.ThrowsAsync<SealBrokenException>(() => open(stored[..^1]));
        await Assert.ThrowsAsync<SealBrokenException>(() => open([.. stored, 0]));
        await Assert.ThrowsAsync<SealBrokenException>(() => open([]));
    }

    private static async Task AssertBroken<T>(Func<ValueTask<T>> action) => await Assert.ThrowsAsync<SealBrokenException>(async () => await action());
}
