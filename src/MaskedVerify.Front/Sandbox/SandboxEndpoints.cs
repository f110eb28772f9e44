using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Domain;
using MaskedVerify.Front.Json;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Reference;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Security;
using MaskedVerify.Grains.Doors;

namespace MaskedVerify.Front.Sandbox;

/// <summary>The developer's inbox: messages of an alias (test keys only), the list of magic numbers, and a page that shows both.</summary>
internal sealed class SandboxEndpoints(ISandboxInboxes inboxes, RequestIds ids)
{
    private const int MaxMessages = 20;

    private static readonly SandboxNumbersResource s_numbers = new(
        SandboxNumbers.Pattern, [.. SandboxNumbers.All.Select(n => new SandboxNumberResource(n.Number, n.Name, n.WhatHappens))]);

    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var self = routes.ServiceProvider.GetRequiredService<SandboxEndpoints>();
        routes.MapGet("/sandbox/messages", self.MessagesAsync).RequireAuthorization(SecurityPolicies.Tenant).Describe(SandboxOperations.Messages);
        routes.MapGet("/sandbox/numbers", NumbersAsync).Describe(SandboxOperations.Numbers);
        Pages.Map(routes, "/sandbox", "sandbox.html");
        Pages.Map(routes, "/sandbox/sandbox.js", "sandbox.js");
        Pages.Map(routes, "/sandbox/sandbox.css", "sandbox.css");
    }

    private async Task MessagesAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        var values = context.Request.Query["alias"];
        var alias = default(AliasId);
        var problem = caller.Tenant.IsLive ? Problem.SandboxOnly
            : values.Count != 1 ? Problem.Invalid([RequestError.InQuery("alias", "Required once: the alias whose messages to list.")])
            : ids.TryOwn(caller.Tenant.Tenant, values[0], out alias) ? null : Problem.NotFound;
        if (problem is not null)
        {
            await problem.WriteAsync(context);
            return;
        }

        var messages = await inboxes.ListAsync(caller.Caller, alias, MaxMessages);
        var answer = new SandboxMessagesResource(alias.Value, [.. messages.Select(SandboxMessageResource.From)]);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, answer, FrontJson.Default.SandboxMessagesResource);
    }

    private static Task NumbersAsync(HttpContext context) => context.Request.Query.Count > 0
        ? Problem.Invalid([new RequestError("This operation takes no query parameter.")]).WriteAsync(context)
        : JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, s_numbers, FrontJson.Default.SandboxNumbersResource);
}
