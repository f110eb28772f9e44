using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Tenants;

/// <inheritdoc cref="ITenantGrain"/>
[GrainType("tenant")]
[CollectionAgeLimit(Minutes = 10)]
internal sealed partial class TenantGrain : IGrainBase, ITenantGrain
{
    private static readonly TimeSpan PublishRetry = TimeSpan.FromSeconds(1);

    private readonly DurableState<TenantState> _state;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly IOptions<GrainsOptions> _options;
    private readonly ILogger<TenantGrain> _logger;
    private readonly TenantId _tenant;
    private readonly long _startedAt;
    private readonly Dictionary<QuotaKind, QuotaRun> _quotas = [];
    private long _published;
    private IGrainTimer? _publishTimer;

    public TenantGrain(
        IGrainContext context,
        [PersistentState(StateNames.Tenant, StateNames.ControlStorage)] IPersistentState<TenantState> state,
        IGrainFactory grains,
        TimeProvider time,
        IOptions<GrainsOptions> options,
        ILogger<TenantGrain> logger)
    {
        GrainContext = context;
        _state = new DurableState<TenantState>(state, this);
        _grains = grains;
        _time = time;
        _options = options;
        _logger = logger;
        _startedAt = time.GetTimestamp();
        _tenant = TenantId.Parse(this.GetPrimaryKeyString());
    }

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    private TenantState State => _state.Value;

    private TimeSpan Uptime => _time.GetElapsedTime(_startedAt);

    /// <inheritdoc/>
    public Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<QuotaKind>())
            _quotas[kind] = TenantRules.BeginQuota(State.LedgerOf(kind), _time.GetUtcNow());

        PublishSoon();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var open = _quotas.Where(q => State.LedgerOf(q.Key).Horizon != DateTimeOffset.MinValue).ToArray();
        if (reason.ReasonCode == DeactivationReasonCode.ApplicationError || open.Length == 0)
            return;

        try
        {
            await Task.Delay(open.Max(q => TenantRules.QuotaEndsIn(q.Value, Uptime)), _time, cancellationToken);
            await _state.WriteAsync(open.Aggregate(State, (state, q) => state.With(q.Key, TenantRules.EndQuota(state.LedgerOf(q.Key), q.Value))));
        }
        catch (Exception error)
        {
            // The next activation then waits, which is what it does after a crash.
            LogQuotaNotClosed(_tenant, error.GetType().Name);
        }
    }

    /// <inheritdoc/>
    public async Task<TenantReply> Create(string name, bool live, TenantPolicy policy)
    {
        var namesake = State.Exists ? null : await _grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.TenantDirectory).ClaimName(_tenant, name);
        var reply = await ApplyAsync(TenantRules.Create(State, name, live, policy, _time.GetUtcNow(), namesake));
        if (reply.Ok)
            LogCreated(_tenant, live);

        return reply;
    }

    /// <inheritdoc/>
    public async Task<TenantSnapshot?> Get()
    {
        if (!State.Exists)
            return null;

        await PublishAsync();
        return State.ToSnapshot(_tenant);
    }

    /// <inheritdoc/>
    public async Task<TenantReply> ChangePolicy(long expectedVersion, TenantPolicy policy)
    {
        var reply = await ApplyAsync(TenantRules.ChangePolicy(State, expectedVersion, policy));
        if (reply.Ok)
            LogPolicyChanged(_tenant, State.Version);

        return reply;
    }

    /// <inheritdoc/>
    public async Task<TenantReply> SetFrozen(bool frozen)
    {
        var reply = await ApplyAsync(TenantRules.SetFrozen(State, frozen));
        if (reply.Ok)
            LogFrozenChanged(_tenant, frozen);

        return reply;
    }

    /// <inheritdoc/>
    public async Task<TenantReply> AddKey(string keyId, byte[] secretHash, string label, DateTimeOffset? expiresAt)
    {
        var now = _time.GetUtcNow();
        var reply = await ApplyAsync(TenantRules.AddKey(State, new ApiKeyRecord(keyId, secretHash, label, now, expiresAt, null), now));
        if (reply.Ok)
            LogKeyAdded(_tenant, keyId);

        return reply;
    }

    /// <inheritdoc/>
    public async Task<TenantReply> RevokeKey(string keyId)
    {
        var reply = await ApplyAsync(TenantRules.RevokeKey(State, keyId, _time.GetUtcNow()));
        if (reply.Ok)
            LogKeyRevoked(_tenant, keyId);

        return reply;
    }

    /// <inheritdoc/>
    public async Task<QuotaLease> LeaseQuota(QuotaRequest request)
    {
        if (!State.Exists || !_quotas.ContainsKey(request.Kind))
            return new QuotaLease(0, TenantRules.WindowLength, 1, new LimitInfo(TenantRules.SecondLimit, 1, 1, 1), 0);

        var kind = request.Kind;
        var step = TenantRules.LeaseQuota(State.LedgerOf(kind), _quotas[kind], request, State.Policy, _time.GetUtcNow(), Uptime, _options.Value.MaxClockSkew);
        if (step.Write is not null)
            await _state.WriteAsync(State.With(kind, step.Write));

        _quotas[kind] = step.Next;
        return step.Lease;
    }

    private async Task<TenantReply> ApplyAsync(TenantOutcome outcome)
    {
        if (outcome.Next is not null)
            await _state.WriteAsync(outcome.Next);

        // Answered only when every silo will hear of it: a change that is durable but not published is repeated by the caller, and published by the timer.
        if (outcome.Ok)
            await PublishAsync();

        return new TenantReply(outcome.Ok, State.Exists ? State.ToSnapshot(_tenant) : null, outcome.Errors, outcome.NotFound, outcome.Conflict);
    }

    private async Task PublishAsync()
    {
        if (_published == State.Version)
            return;

        PublishSoon();
        await _grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.TenantDirectory).Publish(State.ToSnapshot(_tenant));
        _published = State.Version;
        _publishTimer?.Dispose();
        _publishTimer = null;
    }

    private void PublishSoon()
    {
        if (State.Exists)
            _publishTimer ??= this.RegisterGrainTimer(PublishOnTimerAsync, new GrainTimerCreationOptions(PublishRetry, PublishRetry));
    }

    private async Task PublishOnTimerAsync()
    {
        try
        {
            await PublishAsync();
        }
        catch (Exception error)
        {
            LogPublishFailed(_tenant, error.GetType().Name);
        }
    }
}
