using MaskedVerify.Front.Security;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>
/// What operators do to tenants, keys and routes, under <c>/admin/v1</c> on the internal port. The <c>maskedverify</c> command calls these.
/// Every call needs the operator's key as a bearer token, also from loopback, and every change a JSON body, so that no page of somebody else can have a browser make one.
/// </summary>
internal static class AdministrationEndpoints
{
    /// <summary>What every path begins with.</summary>
    public const string Path = "/admin";

    /// <summary>Largest request body in bytes.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    /// <summary>Maps every administrative operation and returns their group, for conventions of the host.</summary>
    public static RouteGroupBuilder MapAdministration(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Path + "/v1").RequireAuthorization(SecurityPolicies.Operator).ExcludeFromDescription().AddEndpointFilter(AdministrationGuard.InvokeAsync);

        group.MapGet("/status", new StatusAdministration(endpoints.ServiceProvider.GetRequiredService<TimeProvider>()).Get);

        group.MapPost("/tenants", TenantAdministration.Create);
        group.MapGet("/tenants", TenantAdministration.List);
        group.MapGet("/tenants/{tenant}", TenantAdministration.Get);
        group.MapPatch("/tenants/{tenant}/policy", TenantAdministration.ChangePolicy);
        group.MapPost("/tenants/{tenant}/freeze", TenantAdministration.Freeze);
        group.MapPost("/tenants/{tenant}/thaw", TenantAdministration.Thaw);

        group.MapPost("/tenants/{tenant}/keys", KeyAdministration.Create);
        group.MapGet("/tenants/{tenant}/keys", KeyAdministration.List);
        group.MapPost("/tenants/{tenant}/keys/{key}/revoke", KeyAdministration.Revoke);

        group.MapGet("/tenants/{tenant}/aliases/{alias}/checks", AliasAdministration.Checks);
        group.MapPost("/tenants/{tenant}/aliases/{alias}/unpause", AliasAdministration.Unpause);

        group.MapGet("/routes", RouteAdministration.Get);
        group.MapPut("/routes", RouteAdministration.Replace);
        return group;
    }
}
