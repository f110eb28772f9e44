using MaskedVerify.Carriers;
using MaskedVerify.Grains.Sending;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>
/// A silo that starts waits for its carriers before it takes requests: until it has asked the egress silos, and one carrier with a connection is ready if there is any. It
/// waits once and not for ever: a carrier's outage must not take silos out of service, and the sandbox needs nobody.
/// </summary>
internal sealed class CarrierWait(TimeProvider time)
{
    /// <summary>Longest wait, from the first question on: a bind takes a second, and as long as the longest pause between two tries to connect is not worth waiting for.</summary>
    internal static readonly TimeSpan AtMost = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _since;
    private volatile bool _isOver;

    /// <summary>Whether the wait is over, with a sentence.</summary>
    internal ReadinessItem Check(IReadOnlyList<ICarrierClient> carriers, EgressDirectory? directory)
    {
        var connected = carriers.Where(c => c is RoutedCarrier or ICarrierSession).ToList();
        var missing = _isOver ? null : Missing(connected, directory);
        if (missing is not null && !IsTooLong())
            return new ReadinessItem("carriers", false, true, missing);

        _isOver = true;
        return new ReadinessItem("carriers", true, true, missing is not null ? $"{missing} The wait for it is over." : Over(connected));
    }

    private static string Over(List<ICarrierClient> connected) =>
        connected.Count > 0 ? "The carriers were waited for." : "No carrier known here needs a connection: there is none to wait for.";

    private static string? Missing(List<ICarrierClient> connected, EgressDirectory? directory)
    {
        if (directory is { Looked.IsCompleted: false })
            return "The egress silos were not asked for their carriers yet.";

        return connected.Count == 0 || connected.Exists(c => c.IsReady) ? null : "No carrier with a connection is ready yet.";
    }

    private bool IsTooLong()
    {
        lock (_gate)
        {
            _since ??= time.GetTimestamp();
            return time.GetElapsedTime(_since.Value) >= AtMost;
        }
    }
}
