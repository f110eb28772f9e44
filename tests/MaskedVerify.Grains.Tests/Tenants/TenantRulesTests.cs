using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.Tenants;

public sealed class TenantRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Create_WhenSandboxWithoutCountries_AllowsAll() =>
        Assert.Equal(["*"], TenantRules.Create(new TenantState(), "t", live: false, new TenantPolicy(), Now).Next!.Policy.Countries);

    [Fact]
    public void Create_WhenLiveWithoutCountries_AllowsNone() =>
        Assert.Empty(TenantRules.Create(new TenantState(), "t", live: true, new TenantPolicy(), Now).Next!.Policy.Countries);

    [Fact]
    public void ChangePolicy_WhenVersionIsOld_Conflicts()
    {
        var tenant = Tenant();

        var outcome = TenantRules.ChangePolicy(tenant, tenant.Version - 1, new TenantPolicy { CodeLength = 8 });

        Assert.True(outcome.Conflict);
        Assert.Null(outcome.Next);
    }

    [Fact]
    public void ChangePolicy_WhenItStandsAlready_IsOkWhateverTheVersion() =>
        Assert.True(TenantRules.ChangePolicy(Tenant(), 0, new TenantPolicy()) is { Ok: true, Next: null });

    [Fact]
    public void AddKey_WhenThirtyThreeWork_IsRefusedUntilOneIsRevoked()
    {
        var tenant = Tenant();
        for (var i = 0; i < TenantRules.MaxKeys; i++)
            tenant = TenantRules.AddKey(tenant, Key(), Now).Next!;

        Assert.Contains("at most 32 keys", Assert.Single(TenantRules.AddKey(tenant, Key(), Now).Errors), StringComparison.Ordinal);
        tenant = TenantRules.RevokeKey(tenant, tenant.Keys[3].KeyId, Now).Next!;
        Assert.NotNull(TenantRules.AddKey(tenant, Key(), Now).Next);
    }

    [Fact]
    public void AddKey_WhenEverythingIsWrong_ReportsItAll()
    {
        var outcome = TenantRules.AddKey(Tenant(), new ApiKeyRecord("UPPER", [1], "a\nb", Now, Now, null), Now);

        Assert.Equal(4, outcome.Errors.Count);
    }

    [Fact]
    public void AddKey_WhenIdIsTaken_IsOkOnlyForTheSameKey()
    {
        var key = Key();
        var tenant = TenantRules.AddKey(Tenant(), key, Now).Next!;

        Assert.True(TenantRules.AddKey(tenant, key, Now) is { Ok: true, Next: null });
        Assert.True(TenantRules.AddKey(tenant, key with { SecretHash = new byte[32] }, Now).Conflict);
        tenant = TenantRules.RevokeKey(tenant, key.KeyId, Now).Next!;
        Assert.True(TenantRules.AddKey(tenant, key, Now).Conflict);
    }

    [Fact]
    public void RevokeKey_WhenManyAreRevoked_KeepsTheNewestOnly()
    {
        var tenant = Tenant();
        for (var i = 0; i < TenantRules.MaxRevokedKeys + 5; i++)
        {
            var key = Key();
            tenant = TenantRules.AddKey(tenant, key, Now).Next!;
            tenant = TenantRules.RevokeKey(tenant, key.KeyId, Now.AddMinutes(i)).Next!;
        }

        Assert.Equal(TenantRules.MaxRevokedKeys, tenant.Keys.Count);
        Assert.Equal(Now.AddMinutes(5), tenant.Keys.Min(k => k.RevokedAt));
    }

    /// <summary>Whatever is done to a tenant: a repetition changes nothing, a refusal changes nothing, a change makes the version grow by exactly one.</summary>
    [Property(MaxTest = 200)]
    public void AnyCommand_WhenRepeated_ChangesNothingMore(int seed)
    {
        var random = new Random(seed);
        var state = new TenantState();
        var keys = Enumerable.Range(0, 4).Select(_ => Key()).ToArray();
        for (var i = 0; i < 40; i++)
        {
            var at = Now.AddSeconds(i);
            var command = AnyCommand(random, keys, at, state.Version);
            var outcome = command(state);
            if (outcome.Next is not { } next)
                continue;

            Assert.True(outcome.Ok);
            Assert.Equal(state.Version + 1, next.Version);
            state = next;
            Assert.True(command(state) is { Ok: true, Next: null });
        }
    }

    private static Func<TenantState, TenantOutcome> AnyCommand(Random random, ApiKeyRecord[] keys, DateTimeOffset at, long version)
    {
        var live = random.Next(8) == 0;
        var key = keys[random.Next(keys.Length)];
        var frozen = random.Next(2) == 0;
        var policy = new TenantPolicy { CodeLength = random.Next(5, 12), Contexts = [.. Enumerable.Range(0, random.Next(3)).Select(n => $"c{n}")] };
        return random.Next(5) switch
        {
            0 => s => TenantRules.Create(s, "shop", live, new TenantPolicy(), at),
            1 => s => TenantRules.ChangePolicy(s, version, policy),
            2 => s => TenantRules.SetFrozen(s, frozen),
            3 => s => TenantRules.AddKey(s, key, at),
            _ => s => TenantRules.RevokeKey(s, key.KeyId, at),
        };
    }

    private static TenantState Tenant() => TenantRules.Create(new TenantState(), "shop", live: false, new TenantPolicy(), Now).Next!;

    private static ApiKeyRecord Key()
    {
        var key = ApiKeyText.Create(live: false);
        return new ApiKeyRecord(key.KeyId, key.SecretHash(), "label", Now, null, null);
    }
}
