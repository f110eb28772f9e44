using MaskedVerify.Domain;
using MaskedVerify.Front.Json;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Reference;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Security;
using MaskedVerify.Front.Vault;
using MaskedVerify.Grains;
using MaskedVerify.Grains.AliasDesks;

namespace MaskedVerify.Front.Verifications;

/// <summary>start, get, check, resend, cancel: each turns a request into one grain call and its outcome into JSON.</summary>
internal sealed class VerificationEndpoints(VaultCalls vault, RequestIds ids)
{
    /// <summary>Where verifications live.</summary>
    public const string Path = "/v1/verifications";

    /// <summary>How long a start or resend waits for the carrier, so that its answer usually says <c>accepted</c> (design.md, Turns).</summary>
    private static readonly TimeSpan s_attemptWait = TimeSpan.FromSeconds(2);

    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var self = routes.ServiceProvider.GetRequiredService<VerificationEndpoints>();
        var group = routes.MapGroup(Path).RequireAuthorization(SecurityPolicies.Tenant);
        group.MapPost("", self.StartAsync).Describe(VerificationOperations.Start);
        group.MapGet("/{id}", self.GetAsync).Describe(VerificationOperations.Get);
        group.MapPost("/{id}/check", self.CheckAsync).Describe(VerificationOperations.Check);
        group.MapPost("/{id}/resend", self.ResendAsync).Describe(VerificationOperations.Resend);
        group.MapPost("/{id}/cancel", self.CancelAsync).Describe(VerificationOperations.Cancel);
    }

    private async Task StartAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        var reading = await Reading<StartVerificationRequest>.ReadAsync(context, caller, StartVerificationRequest.Read);
        if (reading.Problem is { } problem || (problem = Destination(caller, reading.Body.To, out var alias, out var number)) is not null)
        {
            await problem.WriteAsync(context);
            return;
        }

        var body = reading.Body;
        var command = new StartCommand(alias, number, body.Context, body.Reference, body.Purpose, body.Locale, body.CodeLength, body.TtlSeconds, body.ResendPolicy);
        var reply = await vault.StartAsync(caller.Caller, reading.Stamp, command, context.RequestAborted);
        reply = await AfterSendAsync(caller.Caller, reply, context.RequestAborted);
        if (reply is { Verification.Id: var id } && reply.ToProblem() is null)
            context.Response.Headers.Location = $"{Path}/{id.Value}";
        await AnswerAsync(context, reply, StatusCodes.Status201Created);
    }

    private async Task GetAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        if (!TryOwn(context, caller, out var id))
        {
            await Problem.NotFound.WriteAsync(context);
            return;
        }

        await AnswerAsync(context, await vault.GetAsync(caller.Caller, id, context.RequestAborted), StatusCodes.Status200OK);
    }

    private async Task CheckAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        var owned = TryOwn(context, caller, out var id);
        var reading = await Reading<CheckCodeRequest>.ReadAsync(context, caller, CheckCodeRequest.Read);
        if (Refusal(owned, reading.Problem) is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }

        var reply = await vault.CheckAsync(caller.Caller, reading.Stamp, id, reading.Body.Parsed, context.RequestAborted);
        if (reply is { Valid: { } valid, Verification: { } view } && reply.ToProblem() is null)
        {
            MarkReplay(context, reply.Kind);
            await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, CheckedVerificationResource.From(view, valid), FrontJson.Default.CheckedVerificationResource);
            return;
        }

        await (reply.ToProblem() ?? Problem.Unavailable).WriteAsync(context);
    }

    private async Task ResendAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        var owned = TryOwn(context, caller, out var id);
        var reading = await Reading<ResendCodeRequest>.ReadAsync(context, caller, ResendCodeRequest.Read, optional: true);
        if (Refusal(owned, reading.Problem) is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }

        var reply = await vault.ResendAsync(caller.Caller, reading.Stamp, id, reading.BodyOrNull?.Channel, context.RequestAborted);
        await AnswerAsync(context, await AfterSendAsync(caller.Caller, reply, context.RequestAborted), StatusCodes.Status200OK);
    }

    private async Task CancelAsync(HttpContext context)
    {
        var caller = RequestCaller.Of(context);
        var owned = TryOwn(context, caller, out var id);
        var reading = await Reading<CancelVerificationRequest>.ReadAsync(context, caller, CancelVerificationRequest.Read, optional: true);
        if (Refusal(owned, reading.Problem) is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }

        await AnswerAsync(context, await vault.CancelAsync(caller.Caller, reading.Stamp, id, context.RequestAborted), StatusCodes.Status200OK);
    }

    // A body is judged before the id, so that a mistake in it is told; it says nothing about the id.
    private static Problem? Refusal(bool owned, Problem? problem) => problem ?? (owned ? null : Problem.NotFound);

    private bool TryOwn(HttpContext context, RequestCaller caller, out VerificationId id) =>
        ids.TryOwn(caller.Tenant.Tenant, context.Request.RouteValues["id"] as string, out id);

    private Problem? Destination(RequestCaller caller, DestinationRequest to, out AliasId alias, out PhoneNumber number)
    {
        alias = default;
        number = default;
        if (to.PhoneNumber is null)
            return ids.TryOwn(caller.Tenant.Tenant, to.Alias, out alias) ? null : Problem.NotFound;
        return PhoneNumber.TryParse(to.PhoneNumber, out number) ? null : Problem.InvalidPhoneNumber;
    }

    private async Task<VerificationReply> AfterSendAsync(Caller caller, VerificationReply reply, CancellationToken cancellationToken)
    {
        if (reply is not { Kind: ReplyKind.Ok, Verification: { Status: VerificationStatus.Pending, Attempts: [.., { Status: AttemptStatus.Claimed or AttemptStatus.Queued }] } view })
            return reply;
        var later = await vault.WaitForAttemptAsync(caller, view.Id, s_attemptWait, cancellationToken);
        return later is { Kind: ReplyKind.Ok, Verification: { } newer } ? reply with { Verification = newer } : reply;
    }

    private static Task AnswerAsync(HttpContext context, VerificationReply reply, int success)
    {
        if (reply.ToProblem() is { } problem)
            return problem.WriteAsync(context);
        if (reply.Verification is not { } view)
            return Problem.Unavailable.WriteAsync(context);
        MarkReplay(context, reply.Kind);
        if (reply.Limit is { } limit)
            RateLimitHeaders.WritePolicy(context.Response.Headers, limit);
        return JsonAnswer.WriteAsync(context, success, VerificationResource.From(view), FrontJson.Default.VerificationResource);
    }

    private static void MarkReplay(HttpContext context, ReplyKind kind)
    {
        if (kind == ReplyKind.Replayed)
            context.Response.Headers[RequestStamp.ReplayedHeader] = "true";
    }
}
