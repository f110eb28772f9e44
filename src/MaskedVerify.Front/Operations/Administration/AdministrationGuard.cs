using MaskedVerify.Domain;
using MaskedVerify.Front.Problems;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Refuses what a page of another origin had a browser send, and turns what can go wrong below an administrative operation into a problem.</summary>
internal static partial class AdministrationGuard
{
    public static async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!IsOfThisOrigin(context.HttpContext.Request))
        {
            await Problem.ForeignOrigin.WriteAsync(context.HttpContext);
            return Results.Empty;
        }

        try
        {
            return await next(context);
        }
        catch (AdministrationInputException exception)
        {
            return AdministrationProblems.Invalid(exception.Errors);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return AdministrationProblems.Invalid("", $"The body is longer than {AdministrationEndpoints.MaxBodyBytes} bytes.");
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException or StorageUnavailableException or UnknownOutcomeException)
        {
            var log = context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AdministrationGuard));
            LogUnavailable(log, context.HttpContext.GetEndpoint()?.DisplayName ?? "?", exception.GetType().Name);
            return AdministrationProblems.Unavailable();
        }
    }

    // A browser sets both by itself. "none" is an address that its user typed. The scheme is not compared: a proxy in front may have ended TLS.
    private static bool IsOfThisOrigin(HttpRequest request) =>
        (request.Headers["Sec-Fetch-Site"] is [] or ["same-origin" or "none"])
        && (request.Headers.Origin is [] || (request.Headers.Origin is [{ } origin] && origin.Split("://") is [_, { } host] && host.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)));
}
