using MaskedVerify.Domain;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Turns what can go wrong below an administrative operation into a problem, and keeps answers out of caches.</summary>
internal static partial class AdministrationGuard
{
    public static async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
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
}
