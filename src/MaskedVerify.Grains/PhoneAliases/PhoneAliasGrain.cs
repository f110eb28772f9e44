using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Tenants;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.PhoneAliases;

/// <inheritdoc cref="IPhoneAliasGrain"/>
/// <remarks>
/// Thin: admits the caller, gathers what <see cref="PhoneAliasRules"/> need, commits what they decide, answers. One file per group of commands.
/// </remarks>
[GrainType("phone-alias")]
internal sealed partial class PhoneAliasGrain : IGrainBase, IPhoneAliasGrain
{
    private readonly PhoneAliasTools _tools;
    private readonly PhoneAliasRow _row;
    private readonly ILogger<PhoneAliasGrain> _logger;
    private readonly AttemptWaiters _waiters = new();
    private readonly string _key;

    public PhoneAliasGrain(
        IGrainContext context,
        [PersistentState(StateNames.PhoneAlias, StateNames.HotStorage)] IPersistentState<PhoneAliasState> storage,
        PhoneAliasTools tools,
        ILogger<PhoneAliasGrain> logger)
    {
        GrainContext = context;
        _tools = tools;
        _row = new PhoneAliasRow(storage, tools.Serializer);
        _logger = logger;
        _key = context.GrainId.Key.ToString() ?? string.Empty;
    }

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    private DateTimeOffset Now => _tools.Time.GetUtcNow();

    /// <inheritdoc/>
    public Task OnActivateAsync(CancellationToken token)
    {
        _row.Load();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token)
    {
        _waiters.SignalAll();
        if (_row.IsWaiting && !_isLost)
        {
            await FlushAsync();
        }
    }

    private RuleTerms TermsOf(TenantSnapshot tenant) => _tools.TermsOf(tenant);

    /// <summary>The tenant of a caller, or null: then nobody is told anything, and an alias that only woke up for it leaves again.</summary>
    private async ValueTask<TenantSnapshot?> AdmitAsync(Caller caller)
    {
        if (await _tools.Catalog.AdmitAsync(caller) is { Kind: AdmissionKind.Admitted, Tenant: { } tenant })
            return tenant;

        if (!_row.Exists || _row.Current.Live.Length == 0)
            this.DeactivateOnIdle();

        return null;
    }

    /// <summary>Whether a verification id was made for this tenant and this alias, and the alias has a row.</summary>
    private bool Knows(TenantSnapshot tenant, VerificationId id) =>
        !id.IsNone && _tools.Tagger.Owns(tenant.Tenant, id) && IsKey(GrainKeys.PhoneAlias(id)) && IsOwner(tenant);

    /// <summary>Whether an alias id was made for this tenant and names this grain. The row may not exist yet.</summary>
    private bool Knows(TenantSnapshot tenant, AliasId alias) =>
        !alias.IsNone && _tools.Tagger.Owns(tenant.Tenant, alias) && IsKey(GrainKeys.PhoneAlias(alias)) && (!_row.Exists || IsOwner(tenant));

    private bool IsKey(string key) => string.Equals(key, _key, StringComparison.Ordinal);

    private bool IsOwner(TenantSnapshot tenant) => _row.Exists && _row.Current.Tenant == tenant.Tenant;

    private ValueTask<PhoneNumber> OpenNumberAsync(PhoneAliasState state) =>
        _tools.Aliases.OpenAsync(state.Tenant, state.Alias, new Privacy.SealedNumber(state.SealedNumber));

    /// <summary>Routes for one more attempt of a verification. All its plans are drawn by one seed, which the start's own retry brings along too.</summary>
    private ValueTask<RoutePlan> PlanAsync(LiveVerification verification, Channel channel, bool isLive) =>
        _tools.PlanAsync(_row.Current.Destination, channel, isLive, verification.StartCommand, PhoneAliasRules.FailedRoutes(verification));

    private ValueTask<GuardCounts> ReadGuardAsync(byte[] guardKey) => _tools.ReadGuardAsync(guardKey);

    /// <summary>The answer when the number has come to its cap between the look at it and the commit.</summary>
    private async ValueTask<VerificationReply> NumberAtCapAsync(PhoneAliasState state, byte[] guardKey, RuleTerms terms) =>
        await ReplyAsync(state, PhoneAliasRules.NumberAtCap(await ReadGuardAsync(guardKey), terms), terms);

    /// <summary>An ended verification, with news that are not written yet and with the receipts that came after its end, or null.</summary>
    private async ValueTask<EndedVerification?> FindEndedAsync(VerificationId id) =>
        _row.WaitingEnded(id)
        ?? (await _tools.Store.ReadOutcomeAsync(id) is { } row && _tools.Serializer.Deserialize<EndedVerification>(row.Payload) is { } ended
            ? PhoneAliasRules.WithReceipts(ended, row.Late)
            : null);
}
