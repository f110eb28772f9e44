using System.Diagnostics;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;

namespace MaskedVerify.Grains.Sending;

/// <summary>Spans of sending. Their tags are the carrier's name and the outcome: never a number, a text or a code.</summary>
internal static class SendTracing
{
    /// <summary>Name of the source.</summary>
    internal const string SourceName = "MaskedVerify.Sending";

    /// <summary>The source.</summary>
    internal static readonly ActivitySource Source = new(SourceName);

    /// <summary>The span of one submit, or null when nobody listens.</summary>
    internal static Activity? Submit(CarrierId carrier) => Source.StartActivity("carrier submit", ActivityKind.Client)?.SetTag("maskedverify.carrier", carrier.Value);

    /// <summary>Notes how a submit ended.</summary>
    internal static void Ended(Activity? span, CarrierError error)
    {
        if (span is null)
            return;

        span.SetTag("maskedverify.outcome", MetricWords.Of(error));
        if (error != CarrierError.None)
            span.SetStatus(ActivityStatusCode.Error);
    }
}
