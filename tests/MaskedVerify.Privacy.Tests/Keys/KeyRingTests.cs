using MaskedVerify.Domain;
using MaskedVerify.Testing;
using static MaskedVerify.Privacy.Tests.PrivacyFixture;

namespace MaskedVerify.Privacy.Tests.Keys;

public sealed class KeyRingTests
{
    [Fact]
    public async Task WarmUp_TwoSilosAtOnceOnOneStore_EndWithTheSameKeys()
    {
        using var directory = new TestDirectory();
        var store = new InMemoryKeysStore();
        var ready = new Barrier(2);
        store.AfterRead = () =>
        {
            // Both have seen that there is no key before either adds one.
            ready.SignalAndWait(TimeSpan.FromSeconds(1));
            return Task.CompletedTask;
        };

        var silos = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => StartAsync(store, directory.File("keys/root.key")))));
        store.AfterRead = null;

        Assert.True(silos[1].Tagger.Owns(TenantA, silos[0].Tagger.NewAlias(TenantA)));
        Assert.Equal(silos[0].Hashes.Guard(Number, live: true), silos[1].Hashes.Guard(Number, live: true));
        Assert.All(store.Keys.Values, versions => Assert.Single(versions));
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task WarmUp_Again_ChangesNothing()
    {
        await using var fixture = await StartAsync();
        var alias = fixture.Tagger.NewAlias(TenantA);
        var reads = fixture.Store.KeyReads;

        await fixture.Get<IKeyRingWarmup>().WarmUpAsync();

        Assert.Equal(reads, fixture.Store.KeyReads);
        Assert.True(fixture.Tagger.Owns(TenantA, alias));
    }

    [Fact]
    public async Task WarmUp_WithTheRootKeyOfAnotherInstallation_SaysWhatBelongsTogether()
    {
        var store = new InMemoryKeysStore();
        await using (await StartAsync(store))
        {
        }

        var error = await Assert.ThrowsAsync<KeyManagementException>(() => StartAsync(store));

        Assert.Contains("'front-tag' version 1 does not open in region 'local' with key service 'local-file'", error.Message, StringComparison.Ordinal);
        Assert.Contains("restore them from one backup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WarmUp_InAnotherRegion_IsRefused()
    {
        using var directory = new TestDirectory();
        var store = new InMemoryKeysStore();
        await using (await StartAsync(store, directory.File("keys/root.key")))
        {
        }

        await Assert.ThrowsAsync<KeyManagementException>(() => StartAsync(store, directory.File("keys/root.key"), options => options.Region = "elsewhere"));
    }

    [Fact]
    public async Task StoredKeys_SwappedBetweenNamesTenantsOrVersions_DoNotOpen()
    {
        await using var fixture = await StartAsync();
        var keys = fixture.Store.Keys;
        await UseAsync(fixture, TenantA);
        await UseAsync(fixture, TenantB);
        var kek = keys[(TenantA, KeyNames.TenantKek)][0];

        await AssertRefusedAsync(fixture, TenantA, KeyNames.TenantKek, keys[(TenantB, KeyNames.TenantKek)][0]);
        await AssertRefusedAsync(fixture, TenantA, KeyNames.TenantKek, keys[(TenantA, KeyNames.TenantAlias)][0]);
        await AssertRefusedAsync(fixture, TenantA, KeyNames.TenantKek, keys[(default, KeyNames.Guard)][0]);
        await AssertRefusedAsync(fixture, TenantA, KeyNames.TenantKek, kek with { Version = 2 });
        for (var place = 0; place < kek.Bytes.Length; place++)
        {
            var edited = (byte[])kek.Bytes.Clone();
            edited[place] ^= 1;
            await AssertRefusedAsync(fixture, TenantA, KeyNames.TenantKek, kek with { Bytes = edited });
        }

        keys[(TenantA, KeyNames.TenantKek)] = [kek];
        await UseAsync(fixture, TenantA);
    }

    [Fact]
    public async Task TenantKeys_AreReadOnceAndLeaveMemoryInTime()
    {
        await using var fixture = await StartAsync(configure: options => options.KeyCacheSeconds = 60);
        await UseAsync(fixture, TenantA);
        var reads = fixture.Store.KeyReads;

        await UseAsync(fixture, TenantA);
        Assert.Equal(reads, fixture.Store.KeyReads);

        fixture.Time.Advance(TimeSpan.FromSeconds(60));
        await UseAsync(fixture, TenantA);
        Assert.True(fixture.Store.KeyReads > reads);
    }

    [Fact]
    public async Task HotPath_WithEverythingInMemory_CompletesSynchronously()
    {
        await using var fixture = await StartAsync();
        var made = await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number);
        await fixture.Hashes.FingerprintAsync(TenantA, ["a"]);
        var id = fixture.Tagger.NewVerification(TenantA, made.Alias);
        var code = OneTimeCode.Random(6);
        var sealedCode = await fixture.Codes.SealAsync(TenantA, made.Alias, id, 1, code);
        var reads = (fixture.Store.KeyReads, fixture.Store.SubjectKeyReads);

        AssertSynchronous(fixture.Aliases.OpenAsync(TenantA, made.Alias, made.Number!));
        AssertSynchronous(fixture.Aliases.SealAsync(TenantA, made.Alias, Number));
        AssertSynchronous(fixture.Codes.SealAsync(TenantA, made.Alias, id, 1, code));
        AssertSynchronous(fixture.Codes.OpenAsync(TenantA, made.Alias, id, 1, sealedCode));
        AssertSynchronous(fixture.Hashes.FingerprintAsync(TenantA, ["a"]));
        Assert.Equal(reads, (fixture.Store.KeyReads, fixture.Store.SubjectKeyReads));
        Assert.Equal(0, reads.SubjectKeyReads);
    }

    [Fact]
    public async Task Use_BeforeWarmUp_SaysWhatToAwait()
    {
        using var directory = new TestDirectory();
        await using var cold = Cold(directory.File("keys/root.key"));

        var error = Assert.Throws<InvalidOperationException>(() => cold.Tagger.NewAlias(TenantA));

        Assert.Contains("IKeyRingWarmup.WarmUpAsync", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyServiceFailure_IsAnErrorAndHealsByItself()
    {
        var kms = new FailingKms();
        await using var fixture = await StartAsync(kms: kms);
        kms.Fails = true;
        await Assert.ThrowsAsync<KeyManagementException>(async () => await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number));
        Assert.Empty(fixture.Store.Index);

        kms.Fails = false;
        Assert.True((await fixture.Aliases.GetOrAddAsync(TenantA, Context, Number)).IsNew);
    }

    private static void AssertSynchronous<T>(ValueTask<T> answer) => Assert.True(answer.IsCompletedSuccessfully);

    private static async Task UseAsync(PrivacyFixture fixture, TenantId tenant)
    {
        (await fixture.Ring.LeaseAsync(tenant, KeyNames.TenantKek, default)).Dispose();
        (await fixture.Ring.LeaseAsync(tenant, KeyNames.TenantAlias, default)).Dispose();
    }

    private static async Task AssertRefusedAsync(PrivacyFixture fixture, TenantId tenant, string name, WrappedKey stored)
    {
        fixture.Store.Keys[(tenant, name)] = [stored];
        fixture.Ring.Forget(tenant, name);
        await Assert.ThrowsAsync<KeyManagementException>(async () => await fixture.Ring.LeaseAsync(tenant, name, default));
    }

    /// <summary>Wraps in a way that shows in the bytes what was bound, so it needs no root key.</summary>
    private sealed class FailingKms : IKeyManagementService
    {
        public bool Fails { get; set; }

        public string Name => "failing";

        public bool AllowsLiveTenants => false;

        public ValueTask<byte[]> WrapAsync(ReadOnlyMemory<byte> keyMaterial, ReadOnlyMemory<byte> context, CancellationToken cancellationToken = default) =>
            Fails ? throw new KeyManagementException("The key service is away.") : new([.. keyMaterial.Span, .. context.Span]);

        public ValueTask<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, ReadOnlyMemory<byte> context, CancellationToken cancellationToken = default) =>
            Fails || !wrapped.Span[32..].SequenceEqual(context.Span) ? throw new KeyManagementException("The key service is away.") : new(wrapped[..32].ToArray());
    }
}
