namespace MaskedVerify.Grains.CarrierLinks;

/// <summary>Who may hold a bind. Pure.</summary>
internal static class CarrierLinkRules
{
    /// <summary>Life of a lease without renewal.</summary>
    internal static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Granted when the bind is free, lapsed, or held by the asker. An asker that comes back after its lease lapsed gets a new fence: in between somebody else may
    /// have held it. A row that lapses later than any lease can was written before the clock went back: it is shortened to a whole lease from now.
    /// </summary>
    internal static CarrierLinkOutcome Acquire(CarrierLinkState state, string holder, DateTimeOffset now)
    {
        var isHeld = state.Holder is not null && now < state.ExpiresAt;
        if (isHeld && state.Holder != holder)
        {
            var shortened = state.ExpiresAt > now + LeaseLength ? state with { ExpiresAt = now + LeaseLength } : null;
            return new CarrierLinkOutcome(shortened, new LinkLease(false, state.Fence, (shortened ?? state).ExpiresAt));
        }

        var next = new CarrierLinkState { Holder = holder, Fence = isHeld ? state.Fence : state.Fence + 1, ExpiresAt = now + LeaseLength };
        return new CarrierLinkOutcome(next, new LinkLease(true, next.Fence, next.ExpiresAt));
    }

    /// <summary>The row without holder, or null when this was not the newest lease.</summary>
    internal static CarrierLinkState? Release(CarrierLinkState state, string holder, long fence) =>
        state.Holder == holder && state.Fence == fence ? state with { Holder = null, ExpiresAt = DateTimeOffset.MinValue } : null;
}

/// <summary>How a question for a lease was judged.</summary>
/// <param name="Next">The row to write before the answer, or null.</param>
/// <param name="Lease">The answer.</param>
internal sealed record CarrierLinkOutcome(CarrierLinkState? Next, LinkLease Lease);
