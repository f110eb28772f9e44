using System.Threading.Channels;
using MaskedVerify.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers.Sandbox;

/// <summary>
/// Hands the sandbox's receipts in when they are due: one queue, one timer, a fixed number of workers, whatever the load. A receipt that the sink could not
/// store is tried again, as a real carrier would; what still waits at the stop is lost, as nothing real was sent.
/// </summary>
internal sealed partial class SandboxReceipts : IHostedService, IDisposable
{
    private const int Workers = 32;
    private const int MaxTries = 5;

    /// <summary>The timer fires at most this often, so that a busy second costs 50 wake-ups and not thousands.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan s_fullLogPause = TimeSpan.FromMinutes(1);

    private readonly CarrierId _carrier = CarrierId.Parse("sandbox");
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Waiting, long> _queue = new();
    private readonly Channel<Waiting> _due = System.Threading.Channels.Channel.CreateUnbounded<Waiting>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IServiceProvider _services;
    private readonly CarrierMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<SandboxReceipts> _logger;
    private readonly int _max;
    private readonly ITimer _timer;
    private Task[] _workers = [];
    private long _armedFor = long.MaxValue;
    private long? _lastFullLog;
    private int _count;
    private bool _disposed;

    /// <param name="services">The sink is looked up late: it is made of parts that need carriers themselves.</param>
    public SandboxReceipts(
        IServiceProvider services, CarrierMetrics metrics, TimeProvider time, IOptions<SandboxOptions> options, ILogger<SandboxReceipts> logger)
    {
        (_services, _metrics, _time, _logger) = (services, metrics, time, logger);
        _max = options.Value.MaxWaitingReceipts;
        _timer = time.CreateTimer(static state => ((SandboxReceipts)state!).MoveDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Receipts that wait or are being handed in.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Hands a receipt in after <paramref name="delay"/>.</summary>
    public void Schedule(string messageId, AttemptStatus state, string reason, TimeSpan delay)
    {
        if (Interlocked.Increment(ref _count) > _max)
        {
            Interlocked.Decrement(ref _count);
            LogFull();
            return;
        }

        Enqueue(new Waiting(messageId, state, reason, 0), delay);
    }

    /// <summary>Hands a receipt in now and waits for it; when the sink refuses, it is tried again later.</summary>
    public async Task RecordNowAsync(string messageId, AttemptStatus state, string reason, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        await RecordAsync(new Waiting(messageId, state, reason, 0), cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var stopping = _stopping.Token;
        _workers = [.. Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(stopping), CancellationToken.None))];
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _timer.DisposeAsync();
        await _stopping.CancelAsync();
        _due.Writer.TryComplete();
        await Task.WhenAll(_workers).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        // The container holds this object under two registrations and disposes of it twice.
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            _timer.Dispose();
            _stopping.Cancel();
            _due.Writer.TryComplete();
            _stopping.Dispose();
        }
    }

    private void Enqueue(Waiting waiting, TimeSpan delay)
    {
        var due = _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
        lock (_gate)
        {
            _queue.Enqueue(waiting, due);
            if (due < _armedFor)
            {
                Arm(due);
            }
        }
    }

    private void MoveDue()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            while (_queue.TryPeek(out var waiting, out var due) && due <= now)
            {
                _queue.Dequeue();
                _due.Writer.TryWrite(waiting);
            }

            _armedFor = long.MaxValue;
            if (_queue.TryPeek(out _, out var next))
            {
                Arm(next);
            }
        }
    }

    private void Arm(long due)
    {
        _armedFor = due;
        var wait = TimeSpan.FromSeconds((double)(due - _time.GetTimestamp()) / _time.TimestampFrequency);
        _timer.Change(wait > s_tick ? wait : s_tick, Timeout.InfiniteTimeSpan);
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var waiting in _due.Reader.ReadSharedAsync(stopping))
            {
                await RecordAsync(waiting, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The stop.
        }
    }

    private async Task RecordAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        try
        {
            var receipt = new DeliveryReceipt(_carrier, waiting.MessageId, waiting.State, waiting.Reason, _time.GetUtcNow());
            await _services.GetRequiredService<IReceiptSink>().RecordAsync(receipt, cancellationToken);
            Interlocked.Decrement(ref _count);
            _metrics.ReceiptRecorded(_carrier, waiting.State);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            Retry(waiting with { Tries = waiting.Tries + 1 }, exception);
        }
        catch (Exception)
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private void Retry(Waiting waiting, Exception exception)
    {
        if (waiting.Tries >= MaxTries)
        {
            Interlocked.Decrement(ref _count);
            LogLost(exception, waiting.MessageId, waiting.Tries);
            return;
        }

        LogRetry(exception, waiting.MessageId, waiting.Tries);
        Enqueue(waiting, TimeSpan.FromSeconds(waiting.Tries));
    }

    private void LogFull()
    {
        lock (_gate)
        {
            if (_lastFullLog is { } last && _time.GetElapsedTime(last) < s_fullLogPause)
            {
                return;
            }

            _lastFullLog = _time.GetTimestamp();
        }

        LogDropped(_max);
    }

    private readonly record struct Waiting(string MessageId, AttemptStatus State, string Reason, int Tries);
}
