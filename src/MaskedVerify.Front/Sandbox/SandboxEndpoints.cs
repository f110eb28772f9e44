using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Domain;
using MaskedVerify.Front.Json;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Reference;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Security;

namespace MaskedVerify.Front.Sandbox;

/// <summary>The developer's inbox: messages of an alias (test keys only), the list of magic numbers, and a page that shows both.</summary>
internal sealed class SandboxEndpoints(ISandboxInbox inbox, RequestIds ids)
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

    private Task MessagesAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        if (caller.Tenant.IsLive)
            return Problem.SandboxOnly.WriteAsync(context);
        var values = context.Request.Query["alias"];
        if (values.Count != 1)
            return Problem.Invalid([RequestError.InQuery("alias", "Required once: the alias whose messages to list.")]).WriteAsync(context);
        if (!ids.TryOwn(caller.Tenant.Tenant, values[0], out AliasId alias))
            return Problem.NotFound.WriteAsync(context);
        var answer = new SandboxMessagesResource(alias.Value, [.. inbox.List(alias, MaxMessages).Select(SandboxMessageResource.From)]);
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, answer, FrontJson.Default.SandboxMessagesResource);
    }

    private static Task NumbersAsync(HttpContext context) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, s_numbers, FrontJson.Default.SandboxNumbersResource);
}
