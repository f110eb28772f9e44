using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.Tenants;

/// <summary>Tenant, directory, catalog and permits together, across two silos with a clock that stands still.</summary>
public sealed class TenantGrainTests : IAsyncLifetime
{
    private SiloFixture _silos = null!;
    private int _polls;

    public async ValueTask InitializeAsync() => _silos = await SiloFixture.StartAsync(o =>
    {
        o.Silos = 2;
        o.Silo = silo => silo.AddOutgoingGrainCallFilter(call =>
        {
            if (call.MethodName == nameof(ITenantDirectoryGrain.GetIfNewer))
                Interlocked.Increment(ref _polls);

            return call.Invoke();
        });
    });

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    [Fact]
    public async Task Create_WhenNew_IsKnownToEverySilo()
    {
        var tenant = await _silos.CreateTenantAsync();

        Assert.Equal(AdmissionKind.Admitted, (await _silos.Get<ITenantCatalog>(0).AdmitAsync(tenant.Caller)).Kind);
        Assert.Equal(AdmissionKind.Admitted, (await _silos.Get<ITenantCatalog>(1).AdmitAsync(tenant.Caller)).Kind);
    }

    [Fact]
    public async Task Create_WhenPolicyHasMistakes_ReportsThemAllAndMakesNothing()
    {
        var grain = Grain("tn-bad");

        var reply = await grain.Create(" ", live: true, new TenantPolicy { CodeLength = 5, TtlSeconds = 5, Contexts = [], Countries = ["de", "XX1"] });

        Assert.False(reply.Ok);
        Assert.Equal(6, reply.Errors.Count);
        Assert.Null(await grain.Get());
    }

    [Fact]
    public async Task Create_WhenRepeated_IsTheSameTenant()
    {
        var grain = Grain("tn-twice");

        var first = await grain.Create("shop", live: false, new TenantPolicy());
        var second = await grain.Create("shop", live: false, new TenantPolicy());
        var other = await grain.Create("shop", live: true, new TenantPolicy());

        Assert.True(first.Ok && second.Ok);
        Assert.Equal(1, second.Tenant!.Version);
        Assert.Equal(["*"], second.Tenant.Policy.Countries);
        Assert.True(other is { Ok: false, Conflict: true });
    }

    [Fact]
    public async Task RevokeKey_WhenNobodyAsks_IsInForceEverywhereWithinFiveSeconds()
    {
        var tenant = await _silos.CreateTenantAsync();

        Assert.True((await Grain(tenant.Id.Value).RevokeKey(tenant.Key.KeyId)).Ok);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(5));

        for (var silo = 0; silo < 2; silo++)
        {
            var catalog = _silos.Get<ITenantCatalog>(silo);
            await Eventually.TrueAsync(async () => (await catalog.AdmitAsync(tenant.Caller)).Kind == AdmissionKind.Revoked, "the key is refused");
        }
    }

    [Fact]
    public async Task SetFrozen_WhenNobodyAsks_IsInForceEverywhereWithinFiveSeconds()
    {
        var tenant = await _silos.CreateTenantAsync();

        Assert.True((await Grain(tenant.Id.Value).SetFrozen(true)).Ok);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(5));

        for (var silo = 0; silo < 2; silo++)
        {
            var catalog = _silos.Get<ITenantCatalog>(silo);
            await Eventually.TrueAsync(async () => (await catalog.AdmitAsync(tenant.Caller)).Kind == AdmissionKind.Frozen, "the tenant is frozen");
        }
    }

    [Fact]
    public async Task Admit_WhenTheStoreIsCutOff_RefusesAfterFiveSecondsUntilItIsBack()
    {
        var scene = await PhoneAliases.AliasScene.SetAsync(_silos);
        var catalog = _silos.Get<ITenantCatalog>();
        _silos.Control.IsUnavailable = true;
        Assert.Equal(AdmissionKind.Admitted, (await catalog.AdmitAsync(scene.Caller, TestContext.Current.CancellationToken)).Kind);

        _silos.Time.Advance(TenantCatalog.MaxAge + TimeSpan.FromSeconds(1));

        // The silos that judge are as strict as the one that asked first.
        await Assert.ThrowsAsync<StorageUnavailableException>(() => catalog.AdmitAsync(scene.Caller, TestContext.Current.CancellationToken).AsTask());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => scene.CreateAliasAsync());

        _silos.Control.IsUnavailable = false;
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                return await scene.CreateAliasAsync() is { Kind: ReplyKind.Ok };
            },
            "callers are admitted again");
    }

    [Fact]
    public async Task FindByKey_WhenKeyIsNew_PollsEarlyAndFindsIt()
    {
        var tenant = await _silos.CreateTenantAsync();
        var key = ApiKeyText.Create(live: false);
        await Grain(tenant.Id.Value).AddKey(key.KeyId, key.SecretHash(), "new", null);

        var found = await _silos.Get<ITenantCatalog>().FindByKeyAsync(key.KeyId, TestContext.Current.CancellationToken);

        Assert.Equal(tenant.Id, found!.Tenant);
    }

    [Fact]
    public async Task FindByKey_WhenManyAskForANewKeyAtOnce_AllFindIt()
    {
        var catalog = _silos.Get<ITenantCatalog>();
        var grain = Grain((await _silos.CreateTenantAsync()).Id.Value);
        for (var round = 0; round < 50; round++)
        {
            var key = ApiKeyText.Create(live: false);
            Assert.True((await grain.AddKey(key.KeyId, key.SecretHash(), "one more", null)).Ok);
            await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
            using var together = new Barrier(4);
            var found = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    return catalog.FindByKeyAsync(key.KeyId, TestContext.Current.CancellationToken).AsTask();
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap()));
            Assert.All(found, Assert.NotNull);
            Assert.True((await grain.RevokeKey(key.KeyId)).Ok);
        }
    }

    [Fact]
    public async Task FindByKey_WhenKeysAreUnknown_ActivatesNothingAndPollsOnceASecond()
    {
        var catalog = _silos.Get<ITenantCatalog>();
        await catalog.FindByKeyAsync(ApiKeyText.Create(live: false).KeyId, TestContext.Current.CancellationToken);
        var (activations, polls) = (await ActivationsAsync(), _polls);
        for (var i = 0; i < 10_000; i++)
            Assert.Null(await catalog.FindByKeyAsync(ApiKeyText.Create(live: false).KeyId, TestContext.Current.CancellationToken));

        Assert.Equal((activations, polls), (await ActivationsAsync(), _polls));

        var unknown = ApiKeyText.Create(live: false).KeyId;
        for (var second = 0; second < 3; second++)
        {
            _silos.Time.Advance(TimeSpan.FromSeconds(1));
            await catalog.FindByKeyAsync(unknown, TestContext.Current.CancellationToken);
        }

        // One early poll, because the id is remembered afterwards; the others are those of the two silos' own clocks.
        Assert.InRange(_polls - polls, 1, 1 + (2 * 2));
    }

    [Fact]
    public async Task SetFrozen_WhenPublishingFails_IsDurableAndPublishedLater()
    {
        var tenant = await _silos.CreateTenantAsync();
        _silos.Control.BeforeWrite = name => name == StateNames.TenantDirectory ? throw new StorageUnavailableException("away") : Task.CompletedTask;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Grain(tenant.Id.Value).SetFrozen(true));
        _silos.Control.BeforeWrite = null;

        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                return (await _silos.Get<ITenantCatalog>(1).AdmitAsync(tenant.Caller)).Kind == AdmissionKind.Frozen;
            },
            "the timer published the change");
    }

    [Fact]
    public async Task AddKey_WhenTheAnswerOfTheWriteIsLost_MayBeRepeated()
    {
        var tenant = await _silos.CreateTenantAsync();
        var key = ApiKeyText.Create(live: false);
        _silos.Control.AfterWrite = name => name == StateNames.Tenant ? throw new StorageUnavailableException("lost") : Task.CompletedTask;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Grain(tenant.Id.Value).AddKey(key.KeyId, key.SecretHash(), "k", null));
        _silos.Control.AfterWrite = null;

        var reply = await Grain(tenant.Id.Value).AddKey(key.KeyId, key.SecretHash(), "k", null);

        Assert.True(reply.Ok);
        Assert.Equal(2, reply.Tenant!.Keys.Count);
    }

    [Fact]
    public async Task Get_AfterTheSiloDied_IsWhatWasAnswered()
    {
        var tenant = await _silos.CreateTenantAsync();
        var before = await Grain(tenant.Id.Value).Get();
        await _silos.Cluster.DeactivateAsync(Grain(tenant.Id.Value));

        var after = await Grain(tenant.Id.Value).Get();

        Assert.Equal(before!.Version, after!.Version);
        Assert.Equal(tenant.Key.KeyId, Assert.Single(after.Keys).KeyId);
    }

    [Fact]
    public async Task Take_WhenAThousandAskAtOnceForAHundred_ExactlyAHundredGetOne()
    {
        var tenant = await _silos.CreateTenantAsync(new TenantPolicy { StartsPerSecond = 100 });
        var permits = new[] { _silos.Get<IQuotaPermits>(0), _silos.Get<IQuotaPermits>(1) };

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Task.Run(async () => await permits[0].TakeAsync(tenant.Id))));

        Assert.Equal(100, answers.Count(a => a is null));
        Assert.All(answers.Where(a => a is not null), a => Assert.Equal((100, 1, 1), (a!.Limit, a.WindowSeconds, a.RetryAfterSeconds)));
    }

    [Fact]
    public async Task Take_WhenTwoSilosAsk_TogetherTheyGetNoMoreThanTheQuota()
    {
        var tenant = await _silos.CreateTenantAsync(new TenantPolicy { StartsPerSecond = 100 });
        var permits = new[] { _silos.Get<IQuotaPermits>(0), _silos.Get<IQuotaPermits>(1) };

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Task.Run(async () => await permits[i % 2].TakeAsync(tenant.Id))));

        Assert.Equal(100, answers.Count(a => a is null));
    }

    [Fact]
    public async Task Take_WhenTheGrainMoves_NoPermitOfTheDayIsHadTwice()
    {
        var tenant = await _silos.CreateTenantAsync(new TenantPolicy { SendsPerUtcDay = 20, StartsPerSecond = 5 });
        var taken = 0;
        for (var i = 0; i < 20; i++)
        {
            for (var n = 0; n < 3; n++)
                taken += await _silos.Get<IQuotaPermits>(i % 2).TakeAsync(tenant.Id) is null ? 1 : 0;

            await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
            if (i % 4 == 0)
                await _silos.Cluster.DeactivateAsync(Grain(tenant.Id.Value));
        }

        Assert.InRange(taken, 10, 20);
    }

    [Fact]
    public async Task Take_OfAliasesWhenTheGrainMoves_NoPermitOfTheDayIsHadTwice()
    {
        var tenant = await _silos.CreateTenantAsync(new TenantPolicy { SendsPerUtcDay = 0, AliasesPerUtcDay = 7 });
        var taken = 0;
        for (var i = 0; i < 4; i++)
        {
            for (var n = 0; n < 3; n++)
                taken += await _silos.Get<IQuotaPermits>(i % 2).TakeAsync(tenant.Id, QuotaKind.Aliases) is null ? 1 : 0;

            await _silos.AdvanceAsync(TimeSpan.FromSeconds(2));
            await _silos.Cluster.DeactivateAsync(Grain(tenant.Id.Value));
        }

        Assert.Equal(7, taken);
        Assert.Equal(TenantRules.DayLimit, (await _silos.Get<IQuotaPermits>(0).TakeAsync(tenant.Id))?.Name);
    }

    private ITenantGrain Grain(string id) => _silos.Grains.GetGrain<ITenantGrain>(id);

    private async Task<int> ActivationsAsync() =>
        (await _silos.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics()).Where(s => s.GrainType.Contains("Tenant", StringComparison.Ordinal)).Sum(s => s.ActivationCount);
}
