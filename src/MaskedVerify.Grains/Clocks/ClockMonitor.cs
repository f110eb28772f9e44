using System.Globalization;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Clocks;

/// <summary>
/// Compares this machine's clock with the database's before the silo joins the cluster and every ten seconds after that, corrects <see cref="ClusterTime"/>, and stops the
/// process when the clock cannot be trusted: expiry and leases are judged by it.
/// </summary>
internal sealed partial class ClockMonitor : BackgroundService, IHostedLifecycleService, IStopReason
{
    /// <summary>Pause between two looks.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for the first usable comparison once the database's schema was seen.</summary>
    internal static readonly TimeSpan FirstWithin = TimeSpan.FromSeconds(30);

    private const int MostLooksAtStart = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(500);

    private readonly IDatabaseClock _database;
    private readonly ClusterTime _clusterTime;
    private readonly TimeProvider _machine;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<ClockMonitor> _logger;
    private readonly long _startedAt;
    private ClockState _state = ClockState.Start(TimeSpan.Zero);
    private volatile bool _hasNoClock;

    public ClockMonitor(
        IDatabaseClock database, ClusterTime clusterTime, TimeProvider machine, IHostApplicationLifetime lifetime, GrainsMetrics metrics, ILogger<ClockMonitor> logger)
    {
        _database = database;
        _clusterTime = clusterTime;
        _machine = machine;
        _lifetime = lifetime;
        _logger = logger;
        _startedAt = machine.GetTimestamp();
        metrics.ObserveClock(() => Offset);
    }

    /// <inheritdoc/>
    public Exception? Reason { get; private set; }

    /// <summary>What follows from what is known now.</summary>
    internal ClockVerdict Verdict => _hasNoClock ? ClockVerdict.Good : ClockRules.Judge(Volatile.Read(ref _state), Now);

    /// <summary>This machine's clock minus the database's, as last compared; zero where the database is in this process, null before the first comparison.</summary>
    internal TimeSpan? Offset => _hasNoClock ? TimeSpan.Zero : Volatile.Read(ref _state).Samples is [.., var newest] ? -newest.Offset : null;

    /// <summary>One sentence for readiness.</summary>
    internal string Text
    {
        get
        {
            if (_hasNoClock)
                return "The database is in this process: there is one clock.";
            var state = Volatile.Read(ref _state);
            var age = (Now - state.MeasuredAt).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            return state.Samples.Count == 0
                ? "The clock was not compared with the database's yet."
                : $"This machine's clock is {Seconds(-state.Samples[^1].Offset)} s off the database's (at most {Seconds(ClockRules.MaxOffset)}), compared {age} s ago.";
        }
    }

    private TimeSpan Now => _machine.GetElapsedTime(_startedAt);

    /// <summary>Before anything else of the host: nobody hears of a silo whose clock is wrong.</summary>
    /// <exception cref="ClockOffException">It is.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // One comparison that says "too far off" is never left without a second: on a busy machine some looks give nothing.
        await LookWhileAsync(looks => looks < (_state.OffInARow > 0 ? MostLooksAtStart : ClockRules.StopAfterOff), cancellationToken);
        if (Verdict == ClockVerdict.Stop)
            throw new ClockOffException(Sentence());
    }

    /// <summary>
    /// Before the silo joins: expiry is never judged by a clock that was not compared at all. A database that does not answer has ended the start before this, with its
    /// own sentence.
    /// </summary>
    /// <exception cref="ClockOffException">The clock is off, or no answer came fast enough.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = Now;
        await LookWhileAsync(_ => Now - began < FirstWithin, cancellationToken);
        if (Verdict != ClockVerdict.Good)
            throw new ClockOffException(_state.OffInARow > 0 ? Sentence() : NotComparedFor(FirstWithin));
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Compares once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var askedAt = _machine.GetUtcNow();
            var began = _machine.GetTimestamp();
            var answer = await _database.ReadAsync(cancellationToken).AsTask().WaitAsync(Patience, _machine, cancellationToken);
            var roundTrip = _machine.GetElapsedTime(began);
            _hasNoClock = answer is null;
            if (answer is { } then)
                Take(ClockRules.Sample(askedAt, roundTrip, then));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotCompared(error.GetType().Name);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_hasNoClock && await Plumbing.Patience.PauseAsync(Verdict == ClockVerdict.Good ? LookEvery : LookEvery / 5, _machine, stoppingToken))
        {
            await LookAsync(CancellationToken.None);
            if (Verdict != ClockVerdict.Stop)
                continue;

            Reason = new ClockOffException(Sentence());
            LogStops(Reason.Message);
            _lifetime.StopApplication();
            return;
        }
    }

    /// <summary>Looks until the clock is known to be good or to be off, as long as one more look is worth it after so many.</summary>
    private async Task LookWhileAsync(Func<int, bool> isWorthIt, CancellationToken cancellationToken)
    {
        for (var looks = 0; Verdict == ClockVerdict.NotReady && isWorthIt(looks); looks++)
        {
            if (looks > 0)
                await Task.Delay(AgainAfter, _machine, cancellationToken);
            await LookAsync(cancellationToken);
        }
    }

    private void Take(ClockSample? sample)
    {
        var next = ClockRules.Next(_state, sample, Now);
        Volatile.Write(ref _state, next);

        // A clock that is too far off is not followed: what the silo says until it stops stays consistent with what it said before.
        if (next.OffInARow == 0)
            _clusterTime.Offset = next.Offset;
        if (sample is { } s && ClockRules.IsOff(s))
            LogOff(Seconds(-s.Offset));
    }

    private string Sentence() => _state.OffInARow > 0
        ? $"This machine's clock is {Seconds(-_state.Samples[^1].Offset)} s off the database's, and at most {Seconds(ClockRules.MaxOffset)} s are allowed. Set it (for example with an NTP service) and start again."
        : NotComparedFor(ClockRules.StopAfter);

    private static string NotComparedFor(TimeSpan time) =>
        $"This machine's clock could not be compared with the database's for {Seconds(time)} s. See that the database answers within {Seconds(ClockRules.MaxRoundTrip)} s and start again.";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
