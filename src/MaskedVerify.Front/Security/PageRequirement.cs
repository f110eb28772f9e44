using MaskedVerify.Front.Configuration;
using Microsoft.AspNetCore.Authorization;

namespace MaskedVerify.Front.Security;

/// <summary>Met by the operator's key, by the observer's where observing is enough, and by anybody in the embedded sandbox mode, which has nothing to hide.</summary>
internal sealed class PageRequirement(FrontOptions options, bool mayObserve) : AuthorizationHandler<PageRequirement>, IAuthorizationRequirement
{
    private bool MayObserve => mayObserve;

    /// <inheritdoc/>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PageRequirement requirement)
    {
        if (options.HasOpenPages || context.User.IsInRole(OperatorHandler.Operator) || context.User.IsInRole(OperatorHandler.Viewer)
            || (requirement.MayObserve && context.User.IsInRole(OperatorHandler.Observer)))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
