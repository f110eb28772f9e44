using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.CarrierLinks;

/// <inheritdoc cref="ICarrierLinkGrain"/>
[GrainType("carrier-link")]
internal sealed partial class CarrierLinkGrain : IGrainBase, ICarrierLinkGrain
{
    private readonly DurableState<CarrierLinkState> _state;
    private readonly TimeProvider _time;
    private readonly ILogger<CarrierLinkGrain> _logger;

    public CarrierLinkGrain(
        IGrainContext context,
        [PersistentState(StateNames.CarrierLink, StateNames.ControlStorage)] IPersistentState<CarrierLinkState> state,
        TimeProvider time,
        ILogger<CarrierLinkGrain> logger)
    {
        GrainContext = context;
        _state = new DurableState<CarrierLinkState>(state, this);
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    /// <inheritdoc/>
    public async Task<LinkLease> Acquire(string holder)
    {
        var before = _state.Value.Fence;
        var outcome = CarrierLinkRules.Acquire(_state.Value, holder, _time.GetUtcNow());
        if (outcome.Next is not null)
            await _state.WriteAsync(outcome.Next);

        if (outcome.Lease.Granted && outcome.Lease.Fence != before)
            LogTaken(this.GetPrimaryKeyString(), holder, outcome.Lease.Fence);

        return outcome.Lease;
    }

    /// <inheritdoc/>
    public async Task Release(string holder, long fence)
    {
        if (CarrierLinkRules.Release(_state.Value, holder, fence) is not { } next)
            return;

        await _state.WriteAsync(next);
        LogReleased(this.GetPrimaryKeyString(), holder, fence);
    }
}
