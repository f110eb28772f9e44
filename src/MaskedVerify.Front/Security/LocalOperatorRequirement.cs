using System.Net;
using MaskedVerify.Front.Configuration;
using Microsoft.AspNetCore.Authorization;

namespace MaskedVerify.Front.Security;

/// <summary>Met by the operator's key, and in the embedded mode by any request that comes from this machine without a proxy in between.</summary>
internal sealed class LocalOperatorRequirement(FrontOptions options) : AuthorizationHandler<LocalOperatorRequirement>, IAuthorizationRequirement
{
    /// <inheritdoc/>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, LocalOperatorRequirement requirement)
    {
        if (context.User.Identity is { IsAuthenticated: true, AuthenticationType: OperatorHandler.Name } || IsLocal(context.Resource as HttpContext))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private bool IsLocal(HttpContext? context) =>
        options.OpenOnLoopback
        && context is { Connection: { RemoteIpAddress: { } remote, LocalIpAddress: { } local } }
        && IPAddress.IsLoopback(remote) && IPAddress.IsLoopback(local)
        && !context.Request.Headers.ContainsKey("Forwarded") && !context.Request.Headers.ContainsKey("X-Forwarded-For");
}
