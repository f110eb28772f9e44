using System.Diagnostics;
using System.Diagnostics.Metrics;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers;

/// <summary>The instruments of meter <c>MaskedVerify.Carriers</c>. Labels are the carrier's name and closed words, never user data.</summary>
internal sealed class CarrierMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "MaskedVerify.Carriers";

    private readonly Histogram<double> _submitDuration;
    private readonly Counter<long> _receipts;
    private readonly Counter<long> _ignored;
    private readonly UpDownCounter<long> _windowUsed;
    private readonly UpDownCounter<long> _bound;
    private readonly Counter<long> _connects;

    public CarrierMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _submitDuration = meter.CreateHistogram(
            "maskedverify.carrier.submit.duration", "s", "Time from hand-over to the carrier's answer, by how that ended.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 10] });
        _receipts = meter.CreateCounter<long>("maskedverify.carrier.receipts", "{receipt}", "Delivery receipts taken in, by state.");
        _ignored = meter.CreateCounter<long>("maskedverify.carrier.ignored", "{pdu}", "What a carrier sent and nobody used: late answers without a message id, receipts that were not stored, faults of protocol, by kind.");
        _windowUsed = meter.CreateUpDownCounter<long>("maskedverify.carrier.window.used", "{message}", "Submits without an answer.");
        _bound = meter.CreateUpDownCounter<long>("maskedverify.carrier.bound", "{session}", "Sessions that are bound.");
        _connects = meter.CreateCounter<long>("maskedverify.carrier.connects", "{session}", "Tries to connect and bind, by result.");
    }

    /// <summary>One submit ended.</summary>
    public void Submitted(CarrierId carrier, CarrierError error, TimeSpan duration)
    {
        _submitDuration.Record(duration.TotalSeconds, new TagList { { "carrier", carrier.Value }, { "outcome", Outcome(error) } });
    }

    /// <summary>One receipt was stored.</summary>
    public void ReceiptRecorded(CarrierId carrier, AttemptStatus state) =>
        _receipts.Add(1, new TagList { { "carrier", carrier.Value }, { "state", State(state) } });

    /// <summary>Something came that nobody used. <paramref name="kind"/> is one of a closed list of words.</summary>
    public void Ignored(CarrierId carrier, string kind) => _ignored.Add(1, new TagList { { "carrier", carrier.Value }, { "kind", kind } });

    /// <summary>A slot of the window was taken (1) or given back (-1).</summary>
    public void WindowUsed(CarrierId carrier, int change) => _windowUsed.Add(change, new TagList { { "carrier", carrier.Value } });

    /// <summary>A session was bound (1) or ended (-1).</summary>
    public void Bound(CarrierId carrier, int change) => _bound.Add(change, new TagList { { "carrier", carrier.Value } });

    /// <summary>A try to connect ended: <c>bound</c>, <c>refused</c>, <c>unreachable</c>.</summary>
    public void Connected(CarrierId carrier, string result) => _connects.Add(1, new TagList { { "carrier", carrier.Value }, { "result", result } });

    private static string Outcome(CarrierError error) => error switch
    {
        CarrierError.None => "accepted",
        CarrierError.NotSent => "not-sent",
        CarrierError.NoAnswer => "no-answer",
        CarrierError.Throttled => "throttled",
        CarrierError.InvalidDestination => "invalid-destination",
        CarrierError.Refused => "refused",
        CarrierError.Blocked => "blocked",
        CarrierError.Misconfigured => "misconfigured",
        _ => "garbled",
    };

    private static string State(AttemptStatus state) => state switch
    {
        AttemptStatus.Sent => "sent",
        AttemptStatus.Delivered => "delivered",
        AttemptStatus.Undelivered => "undelivered",
        AttemptStatus.Rejected => "rejected",
        _ => "unknown",
    };
}
