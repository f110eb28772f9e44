using MaskedVerify.Grains.Plumbing;

namespace MaskedVerify.Grains.Tenants;

/// <inheritdoc cref="ITenantDirectoryGrain"/>
[GrainType("tenant-directory")]
internal sealed class TenantDirectoryGrain : IGrainBase, ITenantDirectoryGrain
{
    private readonly DurableState<TenantDirectoryState> _state;
    private readonly TimeProvider _time;

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
    public Task Publish(TenantSnapshot tenant) =>
        TenantDirectoryRules.Publish(_state.Value, tenant) is { } next ? _state.WriteAsync(next) : Task.CompletedTask;
}
