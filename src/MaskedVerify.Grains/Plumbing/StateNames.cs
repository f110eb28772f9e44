namespace MaskedVerify.Grains;

/// <summary>The only place where state and storage names stand. State names are row keys: unique, for ever.</summary>
public static class StateNames
{
    /// <summary>Storage provider of control state (Orleans ADO.NET).</summary>
    public const string ControlStorage = "control";

    /// <summary>Storage provider over the hot store.</summary>
    public const string HotStorage = "hot";

    /// <summary>State of PhoneAlias.</summary>
    public const string PhoneAlias = "phone-alias";

    /// <summary>State of Tenant.</summary>
    public const string Tenant = "tenant";

    /// <summary>State of the tenant directory.</summary>
    public const string TenantDirectory = "tenant-directory";

    /// <summary>State of CarrierRouter.</summary>
    public const string CarrierRouter = "carrier-router";

    /// <summary>State of CarrierLink.</summary>
    public const string CarrierLink = "carrier-link";
}
