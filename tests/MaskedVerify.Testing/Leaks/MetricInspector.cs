using System.Diagnostics.Metrics;

namespace MaskedVerify.Testing;

/// <summary>Listens to every meter of the process and gives labels to a detector, once for each distinct label.</summary>
public sealed class MetricInspector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly LeakDetector _detector;

    public MetricInspector(LeakDetector detector)
    {
        _detector = detector;
        _listener.InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _listener.SetMeasurementEventCallback<byte>(Inspect);
        _listener.SetMeasurementEventCallback<short>(Inspect);
        _listener.SetMeasurementEventCallback<int>(Inspect);
        _listener.SetMeasurementEventCallback<long>(Inspect);
        _listener.SetMeasurementEventCallback<float>(Inspect);
        _listener.SetMeasurementEventCallback<double>(Inspect);
        _listener.SetMeasurementEventCallback<decimal>(Inspect);
        _listener.Start();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Inspect<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? state)
    {
        foreach (var (name, label) in labels)
        {
            var text = $"{instrument.Name} {name}={label}";
            lock (_seen)
            {
                if (!_seen.Add(text))
                {
                    continue;
                }
            }

            _detector.Inspect("metric " + instrument.Name, text);
        }
    }
}
