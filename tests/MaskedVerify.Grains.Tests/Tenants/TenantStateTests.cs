using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Grains.Tests.Plumbing;

namespace MaskedVerify.Grains.Tests.Tenants;

public sealed class TenantStateTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TenantState_OfVersion1_CanStillBeReadAndWritten()
    {
        var state = GoldenBytes.Check("TenantState.v1", Golden());

        Assert.Equal(("shop", true, true, 7L, At), (state.Name, state.IsLive, state.IsFrozen, state.Version, state.CreatedAt));
        Assert.True(TenantPolicyRules.Same(Policy(), state.Policy));
        Assert.Equal(new QuotaLedger(739_677, 4_711, At.AddSeconds(5)), state.Quota);
        Assert.Equal(new QuotaLedger(739_678, 12, At.AddSeconds(6)), state.AliasQuota);
        var (key, expected) = (Assert.Single(state.Keys), Key());
        Assert.Equal(expected with { SecretHash = key.SecretHash }, key);
        Assert.Equal(expected.SecretHash, key.SecretHash);
    }

    [Fact]
    public void TenantDirectoryState_OfVersion1_CanStillBeReadAndWritten()
    {
        var snapshot = Golden().ToSnapshot(TenantId.Parse("tn-golden"));
        var state = GoldenBytes.Check("TenantDirectoryState.v1", new TenantDirectoryState { Version = 9, Entries = new[] { new DirectoryEntry(8, snapshot) } });

        var entry = Assert.Single(state.Entries);
        Assert.Equal((9L, 8L, "tn-golden", 7L), (state.Version, entry.Version, entry.Tenant.Tenant.Value, entry.Tenant.Version));
        Assert.Equal("0123456789abc", Assert.Single(entry.Tenant.Keys).KeyId);
    }

    private static TenantState Golden() => new()
    {
        Name = "shop",
        IsLive = true,
        IsFrozen = true,
        Version = 7,
        Policy = Policy(),
        Keys = new[] { Key() },
        CreatedAt = At,
        Quota = new QuotaLedger(739_677, 4_711, At.AddSeconds(5)),
        AliasQuota = new QuotaLedger(739_678, 12, At.AddSeconds(6)),
    };

    private static ApiKeyRecord Key() => new("0123456789abc", [.. Enumerable.Range(0, 32).Select(i => (byte)i)], "first", At, At.AddDays(30), At.AddDays(1));

    private static TenantPolicy Policy() => new()
    {
        Contexts = new[] { "buyer", "seller" },
        CodeLength = 7,
        TtlSeconds = 301,
        ResendPolicy = ResendPolicy.KeepPreviousUntilAccepted,
        ResendSpacingSeconds = 31,
        MaxSendsPerVerification = 4,
        ChecksPerVerification = 3,
        FailuresPerDay = 21,
        SendsPerHour = 6,
        SendsPerDay = 11,
        StartsPerSecond = 1_001,
        SendsPerUtcDay = 1_000_001,
        AliasesPerUtcDay = 100_001,
        Countries = new[] { "CN", "DE" },
        IdempotencyKeyRequired = true,
        ResendUnknown = true,
        Locale = "zh-CN",
        Brand = "ACME",
        NumberSendsPerHour = 12,
        NumberSendsPerDay = 41,
        LineTypes = new[] { LineType.Landline, LineType.Network },
        DisableAfter100 = true,
    };
}
