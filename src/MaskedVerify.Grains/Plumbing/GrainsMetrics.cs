using System.Diagnostics.Metrics;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.AuditLogs;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Instruments of meter <c>MaskedVerify.Grains</c>. Labels are carriers, errors and states: never a tenant, an alias or a key.</summary>
internal sealed class GrainsMetrics
{
    /// <summary>Name of the meter.</summary>
    internal const string MeterName = "MaskedVerify.Grains";

    private static readonly AuditBoundReason[] s_bounds = [AuditBoundReason.Events, AuditBoundReason.Age];

    private readonly Meter _meter;
    private readonly Counter<long> _submits;
    private readonly Histogram<double> _submitSeconds;
    private readonly Counter<long> _reportsLost;
    private readonly Counter<long> _due;
    private readonly Counter<long> _dueGivenUp;
    private readonly Counter<long> _receiptsSetAside;
    private readonly Counter<long> _receipts;
    private readonly Counter<long> _receiptsApplied;
    private readonly Counter<long> _quotaQuestions;
    private readonly Counter<long> _faults;
    private readonly Counter<long> _peerRefusals;
    private readonly Counter<long> _auditMoved;
    private readonly Counter<long> _auditFailures;
    private readonly Counter<long> _auditRefused;
    private readonly Counter<long> _receiptsAmbiguous;

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
        _receiptsSetAside = _meter.CreateCounter<long>("maskedverify.receipts.set.aside", "{receipt}", "Receipts that could not be applied for a day and are not tried any more.");
        _receiptsAmbiguous = _meter.CreateCounter<long>("maskedverify.receipts.ambiguous", "{receipt}", "Receipts applied to no attempt, because their ids belong to several.");
        _dueGivenUp = _meter.CreateCounter<long>("maskedverify.due.given.up", "{step}", "Overdue steps that failed for a day and were taken out of the table.");
        _receipts = _meter.CreateCounter<long>("maskedverify.receipts", "{receipt}", "Delivery receipts stored, by carrier, state and whether their message was known.");
        _receiptsApplied = _meter.CreateCounter<long>("maskedverify.receipts.applied", "{receipt}", "Delivery receipts brought to their attempt, by carrier and state.");
        _quotaQuestions = _meter.CreateCounter<long>("maskedverify.quota.questions", "{call}", "Questions for permits sent to tenant grains.");
        _faults = _meter.CreateCounter<long>("maskedverify.grain.faults", "{call}", "Grain calls that ended with an exception, by its type.");
        _peerRefusals = _meter.CreateCounter<long>("maskedverify.peer.refusals", "{refusal}", "What a peer's certificate does not allow: messages said by it or about to be told to it, and roles that it claimed.");
        _auditMoved = _meter.CreateCounter<long>("maskedverify.audit.moved", "{event}", "Audit events moved from the outbox into the log, by database.");
        _auditFailures = _meter.CreateCounter<long>("maskedverify.audit.failures", "{run}", "Looks at the audit outbox, or moves from it, that failed, by database.");
        _auditRefused = _meter.CreateCounter<long>("maskedverify.audit.refused", "{change}", "Changes refused because audit events do not leave the outbox, by reason.");
    }

    internal void Submitted(CarrierId carrier, CarrierError error) =>
        _submits.Add(1, new("carrier", carrier.Value), new("error", MetricWords.Of(error)));

    internal void SubmitTook(CarrierId carrier, TimeSpan time) => _submitSeconds.Record(time.TotalSeconds, new KeyValuePair<string, object?>("carrier", carrier.Value));

    internal void ReportLost() => _reportsLost.Add(1);

    internal void DueClaimed(int count) => _due.Add(count);

    internal void DueGivenUp() => _dueGivenUp.Add(1);

    internal void ReceiptSetAside(CarrierId carrier) => _receiptsSetAside.Add(1, new KeyValuePair<string, object?>("carrier", carrier.Value));

    internal void ReceiptAmbiguous(CarrierId carrier) => _receiptsAmbiguous.Add(1, new KeyValuePair<string, object?>("carrier", carrier.Value));

    internal void ReceiptStored(CarrierId carrier, AttemptStatus state, bool matched) =>
        _receipts.Add(1, new("carrier", carrier.Value), new("state", MetricWords.Of(state)), new("matched", matched));

    internal void ReceiptApplied(CarrierId carrier, AttemptStatus state) =>
        _receiptsApplied.Add(1, new("carrier", carrier.Value), new("state", MetricWords.Of(state)));

    internal void QuotaQuestion() => _quotaQuestions.Add(1);

    internal void Fault(string type) => _faults.Add(1, new KeyValuePair<string, object?>("type", type));

    internal void PeerRefused(string what) => _peerRefusals.Add(1, new KeyValuePair<string, object?>("what", what));

    internal void AuditMoved(string database, int events) => _auditMoved.Add(events, new KeyValuePair<string, object?>("database", database));

    internal void AuditDrainFailed(string database) => _auditFailures.Add(1, new KeyValuePair<string, object?>("database", database));

    internal void AuditRefused(AuditBoundReason reason) => _auditRefused.Add(1, new KeyValuePair<string, object?>("reason", MetricWords.Of(reason)));

    /// <summary>Shows whether the audit outbox is at its bound.</summary>
    internal void ObserveAuditBound(string database, Func<AuditBoundReason> reason) => _meter.CreateObservableGauge(
        "maskedverify.audit.refusing",
        () => s_bounds.Select(bound => new Measurement<int>(reason() == bound ? 1 : 0, new("database", database), new("reason", MetricWords.Of(bound)))),
        "{bound}",
        "1 while changes are refused because audit events do not leave the outbox, by database and reason: too many events, or the age of the oldest.");

    /// <summary>Shows what this machine's clock differs from the database's; nothing while nothing was measured.</summary>
    internal void ObserveClock(Func<TimeSpan?> offset) => _meter.CreateObservableGauge(
        "maskedverify.clock.offset",
        () => offset() is { } off ? [new Measurement<double>(off.TotalSeconds)] : Array.Empty<Measurement<double>>(),
        "s",
        "This machine's clock minus the database's, as last compared.");

    /// <summary>Shows when the certificate for connections between silos ends.</summary>
    internal void ObserveCertificate(Func<DateTimeOffset> endsAt) => _meter.CreateObservableGauge(
        "maskedverify.cluster.certificate.end.timestamp",
        () => endsAt().ToUnixTimeSeconds(),
        "s",
        "When the certificate that this silo shows to the others ends, in Unix time.");

    /// <summary>Shows what waits in the audit outbox.</summary>
    internal void ObserveAudit(string database, Func<(long Waiting, TimeSpan Age)> outbox)
    {
        var tag = new KeyValuePair<string, object?>("database", database);
        _meter.CreateObservableGauge(
            "maskedverify.audit.waiting",
            () => new Measurement<long>(outbox().Waiting, tag),
            "{event}",
            "Audit events that wait in the outbox for the log, at most, by database. Every vault silo sees the same ones.");
        _meter.CreateObservableGauge(
            "maskedverify.audit.oldest.age",
            () => new Measurement<double>(outbox().Age.TotalSeconds, tag),
            "s",
            "How long the oldest of them has waited.");
    }

    /// <summary>Shows how many messages wait for each carrier, and how many may.</summary>
    internal void ObserveQueues(Func<IEnumerable<(CarrierId Carrier, int Waiting)>> queues, int limit)
    {
        _meter.CreateObservableGauge(
            "maskedverify.send.queue",
            () => queues().Select(q => new Measurement<int>(q.Waiting, new KeyValuePair<string, object?>("carrier", q.Carrier.Value))),
            "{message}",
            "Messages that wait for a carrier.");
        _meter.CreateObservableGauge("maskedverify.send.queue.limit", () => limit, "{message}", "Messages that may wait for one carrier.");
    }
}
