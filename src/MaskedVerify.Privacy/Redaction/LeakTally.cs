using System.Diagnostics.Metrics;

namespace MaskedVerify.Privacy;

/// <summary>
/// How much was scanned and found, with label <c>sink</c> = <c>log</c> or <c>span</c>. All instruments report from the start, so that zero is visible:
/// <c>maskedverify.leaks</c>, <c>maskedverify.leaks.suspected</c>, <c>maskedverify.scanned</c>, <c>maskedverify.scanned.leaked</c> and
/// <c>maskedverify.leakage.rate</c> (scanned things that held a leak / scanned things; 0 while nothing was scanned).
/// </summary>
internal sealed class LeakTally
{
    private readonly Sink _log = new();
    private readonly Sink _span = new();

    public LeakTally(IMeterFactory meters)
    {
        var meter = meters.Create(PrivacyMetrics.MeterName);
        meter.CreateObservableCounter("maskedverify.leaks", () => Each(static sink => sink.Leaks), "{leak}", "Phone numbers and canaries that were masked on their way out.");
        meter.CreateObservableCounter(
            "maskedverify.leaks.suspected", () => Each(static sink => sink.Suspected), "{run}", "Other long runs of digits that were masked on their way out.");
        meter.CreateObservableCounter("maskedverify.scanned", () => Each(static sink => sink.Scanned), "{item}", "Log lines and spans that passed the scanner.");
        meter.CreateObservableCounter("maskedverify.scanned.leaked", () => Each(static sink => sink.Leaked), "{item}", "Log lines and spans that held a leak.");
        meter.CreateObservableGauge(
            "maskedverify.leakage.rate", () => Scanned == 0 ? 0.0 : (double)Leaked / Scanned, description: "Leaked lines and spans per scanned line and span.");
    }

    /// <summary>Numbers and canaries found.</summary>
    public long Leaks => _log.Leaks + _span.Leaks;

    /// <summary>Other runs found.</summary>
    public long Suspected => _log.Suspected + _span.Suspected;

    /// <summary>Lines and spans scanned.</summary>
    public long Scanned => _log.Scanned + _span.Scanned;

    /// <summary>Lines and spans with a leak.</summary>
    public long Leaked => _log.Leaked + _span.Leaked;

    /// <summary>Counts one log line.</summary>
    public void CountLine(in ScanCounts counts) => _log.Count(counts);

    /// <summary>Counts one span.</summary>
    public void CountSpan(in ScanCounts counts) => _span.Count(counts);

    private Measurement<long>[] Each(Func<Sink, long> value) =>
    [
        new(value(_log), new KeyValuePair<string, object?>("sink", "log")),
        new(value(_span), new KeyValuePair<string, object?>("sink", "span")),
    ];

    private sealed class Sink
    {
        private long _scanned;
        private long _leaked;
        private long _leaks;
        private long _suspected;

        public long Scanned => Interlocked.Read(ref _scanned);

        public long Leaked => Interlocked.Read(ref _leaked);

        public long Leaks => Interlocked.Read(ref _leaks);

        public long Suspected => Interlocked.Read(ref _suspected);

        public void Count(in ScanCounts counts)
        {
            Interlocked.Increment(ref _scanned);
            if (counts.IsClean)
            {
                return;
            }

            Interlocked.Add(ref _leaked, counts.Leaks > 0 ? 1 : 0);
            Interlocked.Add(ref _leaks, counts.Leaks);
            Interlocked.Add(ref _suspected, counts.Suspected);
        }
    }
}
