using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Tenants;

/// <inheritdoc cref="ITenantCatalog"/>
internal sealed partial class TenantCatalog : PolledCopy, ITenantCatalog
{
    private readonly IGrainFactory _grains;
    private readonly ITenantTerms _terms;
    private readonly TimeProvider _time;
    private readonly GrainsOptions _options;
    private readonly HostedRoles _roles;
    private readonly ILogger<TenantCatalog> _logger;
    private readonly UnknownKeys _unknown;
    private CatalogSnapshot _snapshot = CatalogSnapshot.Empty;

    public TenantCatalog(IGrainFactory grains, ITenantTerms terms, TimeProvider time, IOptions<GrainsOptions> options, HostedRoles roles, ILogger<TenantCatalog> logger)
        : base(time, options.Value)
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
    protected override TimeSpan Interval => _options.SnapshotPollInterval;

    /// <summary>A silo without vaults around it waits for them in the background: it is started, and not ready.</summary>
    protected override bool IsNeededAtStart => _roles.Has(SiloRoles.Vault);

    private CatalogSnapshot Snapshot => Volatile.Read(ref _snapshot);

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
    protected override async Task PollAsync()
    {
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
    }

    /// <inheritdoc/>
    protected override void OnPollFailed(string error) => LogPollFailed(error);

    /// <inheritdoc/>
    protected override void OnPolledAgain() => LogFreshAgain();

    private Admission Admit(Caller caller) => Snapshot.Admit(caller, _time.GetUtcNow(), _terms.AllowsLiveTenants);

    private async ValueTask<Admission> AdmitAfterPollAsync(Caller caller, CancellationToken cancellationToken)
    {
        await PollEarlyAsync(again: false, cancellationToken);
        return Admit(caller);
    }

    private async ValueTask<TenantSnapshot?> FindAfterPollAsync(Task poll, string keyId, CancellationToken cancellationToken)
    {
        await poll.WaitAsync(cancellationToken);
        var tenant = Snapshot.FindByKey(keyId);
        if (tenant is null)
            _unknown.Add(keyId);

        return tenant;
    }
}
