using System.Diagnostics;
using System.Diagnostics.Metrics;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers;

/// <summary>The instruments of meter <c>MaskedVerify.Carriers</c>. Labels are the carrier's name and closed words, never user data.</summary>
internal sealed class CarrierMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "MaskedVerify.Carriers";

    private readonly Counter<long> _submits;
    private readonly Histogram<double> _submitDuration;
    private readonly Counter<long> _receipts;

    public CarrierMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        _submits = Meter.CreateCounter<long>("maskedverify.carrier.submits", "{message}", "Messages handed to a carrier, by how that ended.");
        _submitDuration = Meter.CreateHistogram<double>("maskedverify.carrier.submit.duration", "s", "Time from hand-over to the carrier's answer.");
        _receipts = Meter.CreateCounter<long>("maskedverify.carrier.receipts", "{receipt}", "Delivery receipts taken in, by state.");
    }

    /// <summary>For the instruments of one kind of carrier.</summary>
    public Meter Meter { get; }

    /// <summary>One submit ended.</summary>
    public void Submitted(CarrierId carrier, CarrierError error, TimeSpan duration)
    {
        var tags = new TagList { { "carrier", carrier.Value }, { "outcome", Outcome(error) } };
        _submits.Add(1, tags);
        _submitDuration.Record(duration.TotalSeconds, tags);
    }

    /// <summary>One receipt was stored.</summary>
    public void ReceiptRecorded(CarrierId carrier, AttemptStatus state) =>
        _receipts.Add(1, new TagList { { "carrier", carrier.Value }, { "state", State(state) } });

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
