using System.Diagnostics.Metrics;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Instruments of meter <c>MaskedVerify.Grains</c>. Labels are carriers, errors and states: never a tenant, an alias or a key.</summary>
internal sealed class GrainsMetrics
{
    /// <summary>Name of the meter.</summary>
    internal const string MeterName = "MaskedVerify.Grains";

    private readonly Meter _meter;
    private readonly Counter<long> _submits;
    private readonly Histogram<double> _submitSeconds;
    private readonly Counter<long> _reportsLost;
    private readonly Counter<long> _due;
    private readonly Counter<long> _receipts;
    private readonly Counter<long> _receiptsApplied;
    private readonly Counter<long> _quotaQuestions;
    private readonly Counter<long> _faults;
    private readonly Counter<long> _auditMoved;
    private readonly Counter<long> _auditFailures;

    public GrainsMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _submits = _meter.CreateCounter<long>("maskedverify.submits", "{submit}", "Submits to carriers by how they ended.");
        _submitSeconds = _meter.CreateHistogram(
            "maskedverify.submit.duration",
            "s",
            "Time from the begin of a submit to the carrier's answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8] });
        _reportsLost = _meter.CreateCounter<long>("maskedverify.reports.lost", "{report}", "Results that never reached their alias: those attempts become unknown.");
        _due = _meter.CreateCounter<long>("maskedverify.due.claimed", "{step}", "Overdue steps taken up.");
        _receipts = _meter.CreateCounter<long>("maskedverify.receipts", "{receipt}", "Delivery receipts stored, by carrier, state and whether their message was known.");
        _receiptsApplied = _meter.CreateCounter<long>("maskedverify.receipts.applied", "{receipt}", "Delivery receipts brought to their attempt, by carrier and state.");
        _quotaQuestions = _meter.CreateCounter<long>("maskedverify.quota.questions", "{call}", "Questions for permits sent to tenant grains.");
        _faults = _meter.CreateCounter<long>("maskedverify.grain.faults", "{call}", "Grain calls that ended with an exception, by its type.");
        _auditMoved = _meter.CreateCounter<long>("maskedverify.audit.moved", "{event}", "Audit events moved from the outbox into the log, by database.");
        _auditFailures = _meter.CreateCounter<long>("maskedverify.audit.failures", "{run}", "Looks at the audit outbox, or moves from it, that failed, by database.");
    }

    internal void Submitted(CarrierId carrier, CarrierError error) =>
        _submits.Add(1, new("carrier", carrier.Value), new("error", MetricWords.Of(error)));

    internal void SubmitTook(CarrierId carrier, TimeSpan time) => _submitSeconds.Record(time.TotalSeconds, new KeyValuePair<string, object?>("carrier", carrier.Value));

    internal void ReportLost() => _reportsLost.Add(1);

    internal void DueClaimed(int count) => _due.Add(count);

    internal void ReceiptStored(CarrierId carrier, AttemptStatus state, bool matched) =>
        _receipts.Add(1, new("carrier", carrier.Value), new("state", MetricWords.Of(state)), new("matched", matched));

    internal void ReceiptApplied(CarrierId carrier, AttemptStatus state) =>
        _receiptsApplied.Add(1, new("carrier", carrier.Value), new("state", MetricWords.Of(state)));

    internal void QuotaQuestion() => _quotaQuestions.Add(1);

    internal void Fault(string type) => _faults.Add(1, new KeyValuePair<string, object?>("type", type));

    internal void AuditMoved(string database, int events) => _auditMoved.Add(events, new KeyValuePair<string, object?>("database", database));

    internal void AuditDrainFailed(string database) => _auditFailures.Add(1, new KeyValuePair<string, object?>("database", database));

    /// <summary>Shows what waits in each audit outbox.</summary>
    internal void ObserveAudit(Func<IEnumerable<(string Database, long Waiting, TimeSpan Age)>> outboxes)
    {
        _meter.CreateObservableGauge(
            "maskedverify.audit.waiting",
            () => outboxes().Select(o => new Measurement<long>(o.Waiting, new KeyValuePair<string, object?>("database", o.Database))),
            "{event}",
            "Audit events that wait in the outbox for the log, at most, by database. Every vault silo sees the same ones.");
        _meter.CreateObservableGauge(
            "maskedverify.audit.oldest.age",
            () => outboxes().Select(o => new Measurement<double>(o.Age.TotalSeconds, new KeyValuePair<string, object?>("database", o.Database))),
            "s",
            "How long the oldest of them has waited.");
    }

    /// <summary>Shows how many messages wait for each carrier.</summary>
    internal void ObserveQueues(Func<IEnumerable<(CarrierId Carrier, int Waiting)>> queues) => _meter.CreateObservableGauge(
        "maskedverify.send.queue",
        () => queues().Select(q => new Measurement<int>(q.Waiting, new KeyValuePair<string, object?>("carrier", q.Carrier.Value))),
        "{message}",
        "Messages that wait for a carrier.");
}
