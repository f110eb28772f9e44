using System.Diagnostics.Metrics;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Instruments of meter <c>MaskedVerify.Grains</c> about verifications. Labels are words of the product: never a tenant, an alias or a key.</summary>
internal sealed class PhoneAliasMetrics
{
    private readonly Counter<long> _starts;
    private readonly Counter<long> _checks;
    private readonly Counter<long> _sends;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _aborts;
    private readonly Histogram<double> _timeToVerify;

    public PhoneAliasMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(GrainsMetrics.MeterName);
        _starts = meter.CreateCounter<long>("maskedverify.verifications.started", "{verification}", "Verifications started.");
        _checks = meter.CreateCounter<long>("maskedverify.checks", "{check}", "Checks by how they ended: right, wrong, waiting, ended.");
        _sends = meter.CreateCounter<long>("maskedverify.sends.claimed", "{message}", "Attempts handed to the pump, by why: start, resend, next-route.");
        _ended = meter.CreateCounter<long>("maskedverify.verifications.ended", "{verification}", "Verifications that ended, by status and reason.");
        _aborts = meter.CreateCounter<long>("maskedverify.commands.refused", "{command}", "Starts, resends, checks and creations of aliases that were refused, by command and reason.");
        _timeToVerify = meter.CreateHistogram(
            "maskedverify.verification.duration",
            "s",
            "Time from the start of a verification to the right code.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600] });
    }

    internal void Started() => _starts.Add(1);

    internal void Claimed(string why) => _sends.Add(1, new KeyValuePair<string, object?>("why", why));

    internal void Checked(VerificationReply reply) => _checks.Add(1, new KeyValuePair<string, object?>("outcome", reply switch
    {
        { Kind: ReplyKind.Ok, Valid: true } => "right",
        { Kind: ReplyKind.Ok } => "wrong",
        { Kind: ReplyKind.Replayed } => "replayed",
        { Kind: ReplyKind.RateLimited } => "waiting",
        { Kind: ReplyKind.Ended } => "ended",
        _ => "refused",
    }));

    internal void Ended(EndedVerification ended)
    {
        _ended.Add(1, new("status", MetricWords.Of(ended.Status)), new("reason", ended.Reason ?? "none"));
        if (ended.Status == VerificationStatus.Approved)
        {
            _timeToVerify.Record((ended.EndedAt - ended.Verification.CreatedAt) / 1_000.0);
        }
    }

    /// <inheritdoc cref="Refused(string, VerificationReply)"/>
    internal void Refused(string command, AliasReply reply) => Refused(command, new VerificationReply(reply.Kind, Limit: reply.Limit));

    /// <summary>Counts an answer that is not a success under the limit's name or the kind of the answer.</summary>
    internal void Refused(string command, VerificationReply reply)
    {
        if (reply.Kind is not (ReplyKind.Ok or ReplyKind.Replayed or ReplyKind.NumberRequired))
        {
            _aborts.Add(1, new("command", command), new("reason", reply.Limit?.Name ?? MetricWords.Of(reply.Kind)));
        }
    }
}
