using Microsoft.AspNetCore.Http.Features;

namespace MaskedVerify.Front.Problems;

/// <summary>
/// Outermost of the pipeline: whatever has no answer of its own, or failed, leaves as a problem. A failure of ours is 503 with Retry-After, never a
/// 500 with details.
/// </summary>
internal sealed partial class ProblemFallback(RequestDelegate next, ILogger<ProblemFallback> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400 && context.Response.ContentLength is null && context.Response.ContentType is null)
                await ForStatus(context.Response.StatusCode, context.Response.Headers.Allow.ToString()).WriteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody reads an answer.
            context.Features.Get<IHttpResponseFeature>()?.StatusCode = 499;
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await ForStatus(e.StatusCode, context.Response.Headers.Allow.ToString()).WriteAsync(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            LogFailed(e, e.GetType().Name);
            context.Response.Clear();
            SecurityHeadersOf(context);
            await Problem.Unavailable.WriteAsync(context);
        }
    }

    private static void SecurityHeadersOf(HttpContext context) => Security.SecurityHeaders.Apply(context.Response.Headers);

    private static Problem ForStatus(int status, string allowed) => status switch
    {
        StatusCodes.Status404NotFound => Problem.NoSuchPath,
        StatusCodes.Status405MethodNotAllowed => Problem.MethodNotAllowed(allowed),
        StatusCodes.Status408RequestTimeout => Problem.TooSlow,
        StatusCodes.Status413PayloadTooLarge => Problem.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => Problem.UnsupportedMediaType,
        StatusCodes.Status401Unauthorized => Problem.KeyMissing,
        >= 500 => Problem.Unavailable,
        _ => Problem.BadHttp,
    };

    [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "A request failed with {Kind}; it was answered 503")]
    private partial void LogFailed(Exception exception, string kind);
}
