using FsCheck.Xunit;
using MaskedVerify.Domain;
using static MaskedVerify.Privacy.Tests.PrivacyFixture;

namespace MaskedVerify.Privacy.Tests.Sealing;

public sealed class KeyedHashesTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Property(MaxTest = 1_000)]
    public void Fingerprint_OfDifferentLists_Differs(string[] left, string[] right)
    {
        string[] a = [.. left.Select(s => s ?? string.Empty)], b = [.. right.Select(s => s ?? string.Empty)];

        Assert.Equal(a.SequenceEqual(b), KeyedHashes.Fingerprint(Key, TenantA, a).AsSpan().SequenceEqual(KeyedHashes.Fingerprint(Key, TenantA, b)));
        Assert.Equal(16, KeyedHashes.Fingerprint(Key, TenantA, a).Length);
    }

    [Fact]
    public void Fingerprint_WhenTextMovesBetweenParts_Differs()
    {
        string[][] lists = [["start", "ab", "c"], ["start", "a", "bc"], ["start", "abc"], ["start", "abc", ""], ["start", "", "abc"], ["startabc"], []];

        Assert.Equal(lists.Length, lists.Select(list => Convert.ToHexString(KeyedHashes.Fingerprint(Key, TenantA, list))).Distinct().Count());
        Assert.NotEqual(KeyedHashes.Fingerprint(Key, TenantA, lists[0]), KeyedHashes.Fingerprint(Key, TenantB, lists[0]));
        Assert.NotEqual(
            KeyedHashes.Fingerprint(Key, TenantA, [new string('x', 600)]), KeyedHashes.Fingerprint(Key, TenantA, [new string('x', 599) + "y"]));
    }

    [Fact]
    public async Task Idempotency_IsPerTenant()
    {
        await using var fixture = await StartAsync();
        Assert.True(IdempotencyKey.TryParse("order-1", out var key));
        Assert.True(IdempotencyKey.TryParse("order-2", out var other));
        Assert.True(IdempotencyKey.TryParse(new string('~', 255), out var longest));

        var hash = await fixture.Hashes.IdempotencyAsync(TenantA, key);

        Assert.Equal(32, hash.Length);
        Assert.Equal(hash, await fixture.Hashes.IdempotencyAsync(TenantA, key));
        Assert.NotEqual(hash, await fixture.Hashes.IdempotencyAsync(TenantB, key));
        Assert.NotEqual(hash, await fixture.Hashes.IdempotencyAsync(TenantA, other));
        Assert.Equal(32, (await fixture.Hashes.IdempotencyAsync(TenantA, longest)).Length);
    }

    [Fact]
    public async Task Kept_IsOnePerTenantContextAndNumber()
    {
        await using var fixture = await StartAsync();
        var other = PhoneNumber.FromE164Digits("14155550124");
        byte[][] keys =
        [
            fixture.Hashes.Kept(TenantA, "buyer", Number), fixture.Hashes.Kept(TenantB, "buyer", Number), fixture.Hashes.Kept(TenantA, "seller", Number),
            fixture.Hashes.Kept(TenantA, "buyer", other), fixture.Hashes.Guard(Number, live: true), fixture.Hashes.Guard(Number, live: false),
        ];

        Assert.Equal(keys.Length, keys.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(keys, key => Assert.Equal(32, key.Length));
        Assert.Equal(keys[0], fixture.Hashes.Kept(TenantA, "buyer", Number));
        Assert.Equal(32, fixture.Hashes.Kept(TenantA, new string('c', 32), PhoneNumber.FromE164Digits("123456789012345")).Length);
    }

    [Fact]
    public async Task Guard_IsOnePerNumber_AndUnrelatedToTheIndex()
    {
        await using var fixture = await StartAsync();
        var guard = fixture.Hashes.Guard(Number, live: true);
        await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);

        Assert.Equal(32, guard.Length);
        Assert.Equal(guard, fixture.Hashes.Guard(Number, live: true));
        Assert.NotEqual(guard, fixture.Hashes.Guard(PhoneNumber.FromE164Digits("14155550124"), live: true));
        Assert.DoesNotContain(Convert.ToHexString(guard), fixture.Store.Index.Keys);
    }

    [Fact]
    public async Task Guard_OfTestTraffic_IsAnotherAndStable()
    {
        await using var fixture = await StartAsync();

        Assert.Equal(fixture.Hashes.Guard(Number, live: false), fixture.Hashes.Guard(Number, live: false));
        Assert.NotEqual(fixture.Hashes.Guard(Number, live: true), fixture.Hashes.Guard(Number, live: false));
    }

    [Fact]
    public async Task Guard_OfAnotherCell_Differs()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();

        Assert.NotEqual(one.Hashes.Guard(Number, live: true), other.Hashes.Guard(Number, live: true));
    }
}
