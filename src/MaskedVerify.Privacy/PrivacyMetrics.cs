using System.Diagnostics.Metrics;

namespace MaskedVerify.Privacy;

/// <summary>Instruments of keys. Labels are kinds of keys only; never a tenant or an alias.</summary>
internal sealed class PrivacyMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "MaskedVerify.Privacy";

    private readonly Counter<long> _loads;
    private readonly Counter<long> _created;

    public PrivacyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _loads = meter.CreateCounter<long>("maskedverify.keys.loads", "{key}", "Keys read and unwrapped because they were not in memory.");
        _created = meter.CreateCounter<long>("maskedverify.keys.created", "{key}", "Keys made because they were needed for the first time.");
    }

    public void KeyLoaded(string kind) => _loads.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void KeyCreated(string kind) => _created.Add(1, new KeyValuePair<string, object?>("kind", kind));
}
