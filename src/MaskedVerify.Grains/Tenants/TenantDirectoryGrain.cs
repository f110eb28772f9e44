using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;

namespace MaskedVerify.Grains.Tenants;

/// <inheritdoc cref="ITenantDirectoryGrain"/>
[GrainType("tenant-directory")]
internal sealed class TenantDirectoryGrain : IGrainBase, ITenantDirectoryGrain
{
    /// <summary>Longer than the making of a tenant can take: a grain call ends after ten seconds.</summary>
    private static readonly TimeSpan ClaimHolds = TimeSpan.FromSeconds(30);

    private readonly DurableState<TenantDirectoryState> _state;
    private readonly TimeProvider _time;

    // Of tenants that are being made now. In memory: whoever is made publishes within a call or two, and one that never is leaves its name free.
    private readonly Dictionary<string, (TenantId Tenant, long At)> _claims = new(StringComparer.OrdinalIgnoreCase);

    public TenantDirectoryGrain(
        IGrainContext context,
        [PersistentState(StateNames.TenantDirectory, StateNames.ControlStorage)] IPersistentState<TenantDirectoryState> state,
        TimeProvider time)
    {
        GrainContext = context;
        _time = time;
        _state = new DurableState<TenantDirectoryState>(state, this);
    }

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    /// <inheritdoc/>
    public async Task<TenantChanges?> GetIfNewer(long version)
    {
        await _state.ConfirmAsync(_time);
        return TenantDirectoryRules.ChangesAfter(_state.Value, version);
    }

    /// <inheritdoc/>
    public async Task<TenantId?> ClaimName(TenantId tenant, string name)
    {
        await _state.ConfirmAsync(_time);
        if (TenantDirectoryRules.NamesakeOf(_state.Value, tenant, name) is { } known)
            return known;

        var now = _time.GetTimestamp();
        if (_claims.TryGetValue(name, out var claim) && claim.Tenant != tenant && _time.GetElapsedTime(claim.At, now) < ClaimHolds)
            return claim.Tenant;

        foreach (var over in _claims.Where(c => _time.GetElapsedTime(c.Value.At, now) >= ClaimHolds).Select(c => c.Key).ToArray())
            _claims.Remove(over);

        _claims[name] = (tenant, now);
        return null;
    }

    /// <inheritdoc/>
    public Task Publish(TenantSnapshot tenant) =>
        TenantDirectoryRules.Publish(_state.Value, tenant) is { } next ? _state.WriteAsync(next) : Task.CompletedTask;
}
