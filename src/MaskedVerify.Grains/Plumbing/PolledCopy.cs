using MaskedVerify.Domain;
using Microsoft.Extensions.Hosting;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>This silo's copy of what a grain publishes: polled in the background, and at once when somebody needs it fresher. Whoever asks meanwhile shares the poll.</summary>
internal abstract class PolledCopy(TimeProvider time, GrainsOptions options) : BackgroundService
{
    /// <summary>Oldest copy that anything is decided by: a change is in force everywhere after it, also on a silo that hears of nothing any more.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    /// <summary>Pause between polls until the first one succeeds.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a caller waits for a copy that is fresh enough.</summary>
    private static readonly TimeSpan FreshWithin = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _polling = new(1, 1);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _earlyGate = new();
    private long _freshAt;
    private long _confirmedAt;
    private long _begun;
    private long _succeeded;
    private long _earlyPollAt;
    private Task _earlyPoll = Task.CompletedTask;

    /// <summary>When the copy was last confirmed fresh.</summary>
    public DateTimeOffset FreshAt => new(Interlocked.Read(ref _freshAt), TimeSpan.Zero);

    /// <summary>Ends with the first successful poll: grains of this silo judge nobody before.</summary>
    internal Task Loaded => _loaded.Task;

    /// <summary>Whether the copy is at most <see cref="MaxAge"/> old.</summary>
    protected bool IsFresh => Interlocked.Read(ref _confirmedAt) is var at && at != 0 && time.GetElapsedTime(at) <= MaxAge;

    /// <summary>Pause between polls.</summary>
    protected abstract TimeSpan Interval { get; }

    /// <summary>Whether the silo starts only once the first poll has succeeded; otherwise it is waited for in the background.</summary>
    protected virtual bool IsNeededAtStart => true;

    /// <summary>Brings the copy up to date. Never twice at a time.</summary>
    protected abstract Task PollAsync();

    /// <summary>The first failure after a success, with its type.</summary>
    protected abstract void OnPollFailed(string error);

    /// <summary>The first success after a failure.</summary>
    protected virtual void OnPolledAgain()
    {
    }

    /// <summary>Polls now and returns when the copy is at least as new as this call.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        var asked = Interlocked.Read(ref _begun);
        await _polling.WaitAsync(cancellationToken);
        try
        {
            // A poll that began after this call was made, while it waited for its turn, is as good.
            if (_succeeded <= asked)
                await PollOnceAsync();
        }
        finally
        {
            _polling.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsNeededAtStart)
            await Patience.RetryAsync(RefreshAsync, options.StartupTimeout, time, OnPollFailed, cancellationToken);

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _polling.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var polls = new RepeatedWork(OnPollFailed, OnPolledAgain);
        while (await Patience.PauseAsync(_loaded.Task.IsCompleted ? Interval : FirstPause, time, stoppingToken))
            await polls.TryAsync(RefreshAsync, stoppingToken);
    }

    /// <summary>
    /// A poll of this second, begun at most once for the whole silo: whoever comes while it begins waits for it too. With <paramref name="again"/> another one may follow it as soon as
    /// it has succeeded.
    /// </summary>
    protected Task EarlyPoll(bool again = false)
    {
        lock (_earlyGate)
        {
            var now = time.GetTimestamp();
            if (_earlyPollAt == 0 || (again && _earlyPoll.IsCompletedSuccessfully) || time.GetElapsedTime(_earlyPollAt, now) >= TimeSpan.FromSeconds(1))
            {
                _earlyPollAt = now;
                _earlyPoll = Task.Run(() => RefreshAsync(CancellationToken.None), CancellationToken.None);
            }

            return _earlyPoll;
        }
    }

    /// <summary>Waits for an <see cref="EarlyPoll"/>, at most 2 s.</summary>
    /// <exception cref="StorageUnavailableException">It failed, or took so long that the copy is too old again.</exception>
    protected async Task PollEarlyAsync(bool again, CancellationToken cancellationToken)
    {
        try
        {
            await EarlyPoll(again).WaitAsync(FreshWithin, time, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException("This silo's copy is too old to decide by, and there is no newer one.", error);
        }

        if (!IsFresh)
            throw new StorageUnavailableException("This silo's copy took too long to be of any use.");
    }

    private async Task PollOnceAsync()
    {
        var poll = Interlocked.Increment(ref _begun);
        var began = time.GetTimestamp();
        var beganAt = time.GetUtcNow();
        await PollAsync();
        _succeeded = poll;
        Interlocked.Exchange(ref _freshAt, beganAt.UtcTicks);
        Interlocked.Exchange(ref _confirmedAt, began);
        _loaded.TrySetResult();
    }
}
