using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.Tenants;

public sealed class CatalogSnapshotTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly ApiKeyText Key = ApiKeyText.Create(live: false);
    private static readonly TenantId Shop = TenantId.Parse("tn-shop");

    [Fact]
    public void Admit_WhenKeyFits_GivesTheTenant()
    {
        var admission = Catalog(Tenant()).Admit(Caller(), Now, allowsLive: false);

        Assert.Equal(AdmissionKind.Admitted, admission.Kind);
        Assert.Equal("shop", admission.Tenant!.Name);
    }

    [Fact]
    public void Admit_WhenSecretIsAnother_Refuses() => Assert.Equal(
        new Admission(AdmissionKind.Unauthenticated, null), Catalog(Tenant()).Admit(Caller() with { Secret = ApiKeyText.Create(false).RevealSecret() }, Now, false));

    [Fact]
    public void Admit_WhenTheHashIsGivenForTheSecret_Refuses() => Assert.Equal(
        new Admission(AdmissionKind.Unauthenticated, null), Catalog(Tenant()).Admit(Caller() with { Secret = Key.SecretHash() }, Now, false));

    [Fact]
    public void Caller_WhenPrinted_ShowsNoSecret()
    {
        var secret = Key.RevealSecret();

        Assert.DoesNotContain(Convert.ToHexString(secret)[..16], Caller().ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(secret)[..16], Caller().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Byte", Caller().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Admit_WhenSecretIsShort_Refuses() =>
        Assert.Equal(AdmissionKind.Unauthenticated, Catalog(Tenant()).Admit(Caller() with { Secret = [] }, Now, false).Kind);

    [Fact]
    public void Admit_WhenKeyIsUnknownAndTheHashIsZero_Refuses() =>
        Assert.Equal(AdmissionKind.Unauthenticated, Catalog(Tenant()).Admit(new Caller(Shop, "0000000000000", new byte[32]), Now, false).Kind);

    [Fact]
    public void Admit_WhenKeyBelongsToAnotherTenant_Refuses()
    {
        var catalog = Catalog(Tenant(), Tenant() with { Tenant = TenantId.Parse("tn-other"), Keys = [] });

        Assert.Equal(AdmissionKind.Unauthenticated, catalog.Admit(Caller() with { Tenant = TenantId.Parse("tn-other") }, Now, false).Kind);
    }

    [Fact]
    public void Admit_WhenKeyIsRevokedOrExpired_Refuses()
    {
        Assert.Equal(AdmissionKind.Revoked, Catalog(Tenant(revokedAt: Now)).Admit(Caller(), Now, false).Kind);
        Assert.Equal(AdmissionKind.Expired, Catalog(Tenant(expiresAt: Now)).Admit(Caller(), Now, false).Kind);
        Assert.Equal(AdmissionKind.Admitted, Catalog(Tenant(expiresAt: Now)).Admit(Caller(), Now.AddTicks(-1), false).Kind);
        Assert.Equal(AdmissionKind.Unauthenticated, Catalog(Tenant(revokedAt: Now)).Admit(Caller() with { Secret = new byte[32] }, Now, false).Kind);
        Assert.Equal(AdmissionKind.Unauthenticated, Catalog(Tenant(expiresAt: Now)).Admit(Caller() with { Secret = new byte[32] }, Now, false).Kind);
    }

    [Fact]
    public void Admit_WhenFrozen_SaysSoOnlyToItsOwnKey()
    {
        var catalog = Catalog(Tenant() with { IsFrozen = true });

        Assert.Equal(AdmissionKind.Frozen, catalog.Admit(Caller(), Now, false).Kind);
        Assert.Equal(AdmissionKind.Unauthenticated, catalog.Admit(Caller() with { Secret = new byte[32] }, Now, false).Kind);
    }

    [Fact]
    public void Admit_WhenLive_NeedsKeysThatAllowIt()
    {
        var catalog = Catalog(Tenant() with { IsLive = true });

        Assert.Equal(AdmissionKind.LiveNotAllowed, catalog.Admit(Caller(), Now, allowsLive: false).Kind);
        Assert.Equal(AdmissionKind.Admitted, catalog.Admit(Caller(), Now, allowsLive: true).Kind);
    }

    [Fact]
    public void With_WhenAnOlderVersionComesLate_KeepsTheNewer()
    {
        var catalog = Catalog(Tenant(revokedAt: Now) with { Version = 5 });

        var later = catalog.With(new TenantChanges(2, [Tenant() with { Version = 4 }]));

        Assert.Equal(AdmissionKind.Revoked, later.Admit(Caller(), Now, false).Kind);
        Assert.Equal(2, later.Version);
    }

    [Fact]
    public void With_WhenAKeyIsGone_ForgetsIt()
    {
        var catalog = Catalog(Tenant()).With(new TenantChanges(2, [Tenant() with { Version = 2, Keys = [] }]));

        Assert.Null(catalog.FindByKey(Key.KeyId));
        Assert.Single(catalog.All);
    }

    [Fact]
    public void With_WhenAnotherTenantHasTheSameKeyId_TheFirstKeepsIt()
    {
        var thief = Tenant() with { Tenant = TenantId.Parse("tn-thief"), Name = "thief" };

        var catalog = Catalog(Tenant()).With(new TenantChanges(2, [thief])).With(new TenantChanges(3, [thief with { Version = 9, Keys = [] }]));

        Assert.Equal("shop", catalog.FindByKey(Key.KeyId)!.Name);
    }

    private static CatalogSnapshot Catalog(params TenantSnapshot[] tenants) => CatalogSnapshot.Empty.With(new TenantChanges(1, tenants));

    private static Caller Caller() => MaskedVerify.Grains.Caller.Of(Shop, Key);

    private static TenantSnapshot Tenant(DateTimeOffset? expiresAt = null, DateTimeOffset? revokedAt = null) => new(
        Shop, "shop", false, false, 1, new TenantPolicy(), [new ApiKeyRecord(Key.KeyId, Key.SecretHash(), "k", Now.AddDays(-1), expiresAt, revokedAt)]);
}
