using System.Net;
using MaskedVerify.Front.Configuration;
using Microsoft.AspNetCore.Authorization;

namespace MaskedVerify.Front.Security;

/// <summary>Met by the operator's key, by the observer's where observing is enough, and in the embedded mode by any request that comes from this machine without a proxy in between.</summary>
internal sealed class LocalOperatorRequirement(FrontOptions options, bool mayObserve) : AuthorizationHandler<LocalOperatorRequirement>, IAuthorizationRequirement
{
    /// <inheritdoc/>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, LocalOperatorRequirement requirement)
    {
        if (context.User.IsInRole(OperatorHandler.Operator) || (requirement.MayObserve && context.User.IsInRole(OperatorHandler.Observer)) || IsLocal(context.Resource as HttpContext))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private bool MayObserve => mayObserve;

    private bool IsLocal(HttpContext? context) =>
        options.OpenOnLoopback
        && context is { Connection: { RemoteIpAddress: { } remote, LocalIpAddress: { } local } }
        && IPAddress.IsLoopback(remote) && IPAddress.IsLoopback(local)
        && !context.Request.Headers.ContainsKey("Forwarded") && !context.Request.Headers.ContainsKey("X-Forwarded-For");
}
