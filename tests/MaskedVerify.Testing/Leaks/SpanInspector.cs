using System.Diagnostics;

namespace MaskedVerify.Testing;

/// <summary>Listens to every activity source of the process and gives ended spans to a detector. It sees spans before any processor has masked them.</summary>
public sealed class SpanInspector : IDisposable
{
    private readonly ActivityListener _listener;

    public SpanInspector(LeakDetector detector)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => Inspect(detector, span),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    /// <summary>Inspects names, status, tags, events, links, baggage and trace state of a span.</summary>
    public static void Inspect(LeakDetector detector, Activity span)
    {
        var where = $"span {span.Source.Name} {span.OperationName}";
        detector.Inspect(where + " name", $"{span.OperationName} {span.DisplayName}");
        detector.Inspect(where + " status", span.StatusDescription);
        detector.Inspect(where + " trace state", span.TraceStateString);
        InspectTags(detector, where, span.TagObjects);
        foreach (var (name, value) in span.Baggage)
        {
            detector.Inspect($"{where} baggage {name}", value);
        }

        foreach (var item in span.Events)
        {
            detector.Inspect(where + " event", item.Name);
            InspectTags(detector, $"{where} event", item.Tags);
        }

        foreach (var link in span.Links)
        {
            InspectTags(detector, $"{where} link", link.Tags ?? []);
        }
    }

    private static void InspectTags(LeakDetector detector, string where, IEnumerable<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            detector.Inspect($"{where} tag {name}", name);
            detector.Inspect($"{where} tag {name}", value is System.Collections.IEnumerable list and not string ? string.Join(' ', list.Cast<object?>()) : value?.ToString());
        }
    }
}
