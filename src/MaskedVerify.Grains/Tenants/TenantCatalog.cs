using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Tenants;

/// <inheritdoc cref="ITenantCatalog"/>
internal sealed partial class TenantCatalog : BackgroundService, ITenantCatalog
{
    /// <summary>Pause between polls until the first one succeeds.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Oldest copy that anybody is admitted by: a revocation is in force everywhere after it, also on a silo that hears of nothing any more.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    /// <summary>How long a caller waits for a copy that is fresh enough.</summary>
    private static readonly TimeSpan FreshWithin = TimeSpan.FromSeconds(2);

    private readonly IGrainFactory _grains;
    private readonly ITenantTerms _terms;
    private readonly TimeProvider _time;
    private readonly GrainsOptions _options;
    private readonly HostedRoles _roles;
    private readonly ILogger<TenantCatalog> _logger;
    private readonly UnknownKeys _unknown;
    private readonly SemaphoreSlim _polling = new(1, 1);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CatalogSnapshot _snapshot = CatalogSnapshot.Empty;
    private long _freshAt;
    private long _confirmedAt;
    private long _begun;
    private long _succeeded;
    private readonly Lock _earlyGate = new();
    private long _earlyPollAt;
    private Task _earlyPoll = Task.CompletedTask;

    public TenantCatalog(IGrainFactory grains, ITenantTerms terms, TimeProvider time, IOptions<GrainsOptions> options, HostedRoles roles, ILogger<TenantCatalog> logger)
    {
        _grains = grains;
        _terms = terms;
        _time = time;
        _options = options.Value;
        _roles = roles;
        _logger = logger;
        _unknown = new UnknownKeys(time);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<TenantSnapshot> All => Snapshot.All;

    /// <inheritdoc/>
    public DateTimeOffset FreshAt => new(Interlocked.Read(ref _freshAt), TimeSpan.Zero);

    /// <summary>Ends with the first successful poll: grains of this silo judge nobody before.</summary>
    internal Task Loaded => _loaded.Task;

    private CatalogSnapshot Snapshot => Volatile.Read(ref _snapshot);

    private bool IsFresh => Interlocked.Read(ref _confirmedAt) is var at && at != 0 && _time.GetElapsedTime(at) <= MaxAge;

    /// <inheritdoc/>
    public ValueTask<Admission> AdmitAsync(Caller caller, CancellationToken cancellationToken = default) =>
        IsFresh ? ValueTask.FromResult(Admit(caller)) : AdmitAfterPollAsync(caller, cancellationToken);

    /// <inheritdoc/>
    public TenantSnapshot? Find(TenantId tenant) => Snapshot.Find(tenant);

    /// <inheritdoc/>
    public ValueTask<TenantSnapshot?> FindByKeyAsync(string keyId, CancellationToken cancellationToken = default)
    {
        if (Snapshot.FindByKey(keyId) is { } tenant)
            return ValueTask.FromResult<TenantSnapshot?>(tenant);

        // Only well-shaped ids are looked for: nothing else can be a key, and nothing else is remembered.
        if (keyId.Length != ApiKeyText.KeyIdLength || _unknown.Contains(keyId))
            return ValueTask.FromResult<TenantSnapshot?>(null);

        var poll = EarlyPoll();
        return poll.IsCompletedSuccessfully ? ValueTask.FromResult(Snapshot.FindByKey(keyId)) : FindAfterPollAsync(poll, keyId, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        var asked = Interlocked.Read(ref _begun);
        await _polling.WaitAsync(cancellationToken);
        try
        {
            // A poll that began after this call was made, while it waited for its turn, is as good.
            if (_succeeded <= asked)
                await PollAsync();
        }
        finally
        {
            _polling.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // A silo without vaults around it waits for them in the background: it is started, and not ready.
        if (_roles.Has(SiloRoles.Vault))
            await Patience.RetryAsync(RefreshAsync, _options.StartupTimeout, _time, LogPollFailed, cancellationToken);

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
        var polls = new RepeatedWork(LogPollFailed, LogFreshAgain);
        while (await Patience.PauseAsync(_loaded.Task.IsCompleted ? _options.SnapshotPollInterval : FirstPause, _time, stoppingToken))
            await polls.TryAsync(RefreshAsync, stoppingToken);
    }

    private Admission Admit(Caller caller) => Snapshot.Admit(caller, _time.GetUtcNow(), _terms.AllowsLiveTenants);

    private async ValueTask<Admission> AdmitAfterPollAsync(Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            await EarlyPoll().WaitAsync(FreshWithin, _time, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException("The copy of the tenants is too old to admit anybody, and there is no newer one.", error);
        }

        return IsFresh ? Admit(caller) : throw new StorageUnavailableException("The copy of the tenants took too long to be of any use.");
    }

    private async Task PollAsync()
    {
        var poll = Interlocked.Increment(ref _begun);
        var began = _time.GetTimestamp();
        var beganAt = _time.GetUtcNow();
        var directory = _grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.TenantDirectory);
        var snapshot = _snapshot;
        while (await directory.GetIfNewer(snapshot.Version) is { } changes)
        {
            // A directory that is behind (restored, or an outdated activation) answers from its start: merge one page and look again at the next poll.
            var behind = changes.Version <= snapshot.Version;
            snapshot = snapshot.With(changes);
            Volatile.Write(ref _snapshot, snapshot);
            if (behind)
                break;
        }

        _succeeded = poll;
        Interlocked.Exchange(ref _freshAt, beganAt.UtcTicks);
        Interlocked.Exchange(ref _confirmedAt, began);
        _loaded.TrySetResult();
    }

    private async ValueTask<TenantSnapshot?> FindAfterPollAsync(Task poll, string keyId, CancellationToken cancellationToken)
    {
        await poll.WaitAsync(cancellationToken);
        var tenant = Snapshot.FindByKey(keyId);
        if (tenant is null)
            _unknown.Add(keyId);

        return tenant;
    }

    /// <summary>A poll of this second, begun at most once for the whole silo: whoever comes while it begins waits for it too.</summary>
    private Task EarlyPoll()
    {
        lock (_earlyGate)
        {
            var now = _time.GetTimestamp();
            if (_earlyPollAt == 0 || _time.GetElapsedTime(_earlyPollAt, now) >= TimeSpan.FromSeconds(1))
            {
                _earlyPollAt = now;
                _earlyPoll = Task.Run(() => RefreshAsync(CancellationToken.None), CancellationToken.None);
            }

            return _earlyPoll;
        }
    }
}
