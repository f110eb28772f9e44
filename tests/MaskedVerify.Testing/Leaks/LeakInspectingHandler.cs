namespace MaskedVerify.Testing;

/// <summary>Gives every answer that an HTTP client receives to a detector.</summary>
/// <param name="detector">Gets the answers.</param>
/// <param name="inner">Sends the requests.</param>
/// <param name="expected">Answers that are meant to hold canaries, such as the sandbox inbox; they are not inspected. Default none.</param>
public sealed class LeakInspectingHandler(LeakDetector detector, HttpMessageHandler inner, Predicate<HttpRequestMessage>? expected = null) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (expected?.Invoke(request) != true)
        {
            await detector.InspectAsync($"{request.Method} {request.RequestUri?.AbsolutePath}", response);
        }

        return response;
    }
}
