namespace MaskedVerify.Front.Security;

/// <summary>Names of the authorization policies.</summary>
public static class SecurityPolicies
{
    /// <summary>A tenant with a valid API key.</summary>
    public const string Tenant = "Tenant";

    /// <summary>The operator's key, always. Administration needs it.</summary>
    public const string Operator = "Operator";

    /// <summary>The operator's key, or a request from this machine in the embedded mode. The dashboard needs it.</summary>
    public const string OperatorOrLocal = "OperatorOrLocal";

    /// <summary>The operator's key, the observer's, or a request from this machine in the embedded mode. Metrics and health details need it.</summary>
    public const string ObserverOrLocal = "ObserverOrLocal";
}
