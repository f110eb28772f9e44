using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Front.Security;

/// <summary>Who is calling: set by <see cref="ApiKeyHandler"/> for every admitted request.</summary>
/// <param name="Caller">The credential that goes along with every grain call.</param>
/// <param name="Tenant">The tenant as this silo knows it.</param>
internal sealed record RequestCaller(Caller Caller, TenantSnapshot Tenant)
{
    /// <summary>The caller of an authorized request.</summary>
    public static RequestCaller Of(HttpContext context) =>
        context.Features.Get<RequestCaller>() ?? throw new InvalidOperationException("The endpoint lacks RequireAuthorization(SecurityPolicies.Tenant).");
}
