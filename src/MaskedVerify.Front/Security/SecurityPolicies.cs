namespace MaskedVerify.Front.Security;

/// <summary>Names of the authorization policies.</summary>
public static class SecurityPolicies
{
    /// <summary>A tenant with a valid API key.</summary>
    public const string Tenant = "Tenant";

    /// <summary>The operator's key as a bearer token, always. Administration needs it.</summary>
    public const string Operator = "Operator";

    /// <summary>The operator's key, or nothing in the embedded sandbox mode. The dashboard needs it.</summary>
    public const string OperatorPage = "OperatorPage";

    /// <summary>The operator's key, the observer's, or nothing in the embedded sandbox mode. Metrics and health details need it.</summary>
    public const string ObserverPage = "ObserverPage";
}
