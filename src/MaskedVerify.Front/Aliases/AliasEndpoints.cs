using MaskedVerify.Domain;
using MaskedVerify.Front.Json;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Reference;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Security;
using MaskedVerify.Front.Vault;
using MaskedVerify.Grains;
using MaskedVerify.Grains.AliasDesks;

namespace MaskedVerify.Front.Aliases;

/// <summary>create, get, erase.</summary>
internal sealed class AliasEndpoints(VaultCalls vault, RequestIds ids)
{
    /// <summary>Where aliases live.</summary>
    public const string Path = "/v1/aliases";

    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var self = routes.ServiceProvider.GetRequiredService<AliasEndpoints>();
        var group = routes.MapGroup(Path).RequireAuthorization(SecurityPolicies.Tenant);
        group.MapPost("", self.CreateAsync).Describe(AliasOperations.Create);
        group.MapGet("/{alias}", self.GetAsync).Describe(AliasOperations.Get);
        group.MapDelete("/{alias}", self.EraseAsync).Describe(AliasOperations.Erase);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        var reading = await Reading<CreateAliasRequest>.ReadAsync(context, caller, CreateAliasRequest.Read);
        if (reading.Problem is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }

        if (!PhoneNumber.TryParse(reading.Body.PhoneNumber, out var number))
        {
            await Problem.InvalidPhoneNumber.WriteAsync(context);
            return;
        }

        var reply = await vault.CreateAliasAsync(caller.Caller, reading.Stamp, new CreateAliasCommand(number, reading.Body.Context), context.RequestAborted);
        if (reply.Alias is { } view && reply.ToProblem() is null)
            context.Response.Headers.Location = $"{Path}/{view.Alias.Value}";
        await AnswerAsync(context, reply, reply.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async Task GetAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        if (!TryOwn(context, caller, out var alias))
        {
            await Problem.NotFound.WriteAsync(context);
            return;
        }

        await AnswerAsync(context, await vault.GetAliasAsync(caller.Caller, alias, context.RequestAborted), StatusCodes.Status200OK);
    }

    private async Task EraseAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        var owned = TryOwn(context, caller, out var alias);
        var reading = await Reading<EraseAliasRequest>.ReadAsync(context, caller, EraseAliasRequest.Read, optional: true);
        if ((reading.Problem ?? (owned ? null : Problem.NotFound)) is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }

        var reply = await vault.EraseAsync(caller.Caller, reading.Stamp, alias, context.RequestAborted);
        if (reply.ToProblem() is { } refused)
        {
            await refused.WriteAsync(context);
            return;
        }

        MarkReplay(context, reply);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, new ErasureResource(alias.Value, null), FrontJson.Default.ErasureResource);
    }

    private bool TryOwn(HttpContext context, RequestCaller caller, out AliasId alias) =>
        ids.TryOwn(caller.Tenant.Tenant, context.Request.RouteValues["alias"] as string, out alias);

    private static Task AnswerAsync(HttpContext context, AliasReply reply, int success)
    {
        if (reply.ToProblem() is { } problem)
            return problem.WriteAsync(context);
        if (reply.Alias is not { } view)
            return Problem.Unavailable.WriteAsync(context);
        MarkReplay(context, reply);
        return JsonAnswer.WriteAsync(context, success, AliasResource.From(view), FrontJson.Default.AliasResource);
    }

    private static void MarkReplay(HttpContext context, AliasReply reply)
    {
        if (reply.Kind == ReplyKind.Replayed)
            context.Response.Headers[RequestStamp.ReplayedHeader] = "true";
    }
}
