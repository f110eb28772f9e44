using MaskedVerify.Domain;

namespace MaskedVerify.Grains;

/// <summary>The only place where grain keys are built: a letter prefix and <c>-</c>, one case, never a number or a reversible hash.</summary>
public static class GrainKeys
{
    /// <summary>Key of the stateless alias desk.</summary>
    public const string AliasDesk = "ad-desk";

    /// <summary>Key of the stateless front desk.</summary>
    public const string FrontDesk = "fd-desk";

    /// <summary>Key of the stateless receipt desk.</summary>
    public const string ReceiptDesk = "rd-desk";

    /// <summary>Key of the region's tenant directory.</summary>
    public const string TenantDirectory = "td-tenants";

    /// <summary>Key of an alias grain: <c>pa-</c> and the 26 random characters, which alias and verification ids share.</summary>
    public static string PhoneAlias(AliasId alias) => string.Concat(AliasId.Prefix, alias.Random);

    /// <inheritdoc cref="PhoneAlias(AliasId)"/>
    public static string PhoneAlias(VerificationId verification) => string.Concat(AliasId.Prefix, verification.AliasRandom);

    /// <summary>Key of a tenant grain: its id.</summary>
    public static string Tenant(TenantId tenant) => tenant.Value;

    /// <summary>Key of the carrier router of a region, <c>cr-{region}</c>.</summary>
    public static string CarrierRouter(string region) => "cr-" + region;

    /// <summary>Key of one bind of a carrier, <c>cl-{carrier}-{n}</c>.</summary>
    public static string CarrierLink(CarrierId carrier, int index) => string.Create(null, stackalloc char[64], $"cl-{carrier.Value}-{index}");
}
