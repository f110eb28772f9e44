using System.Diagnostics.Metrics;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Operations;

/// <summary>
/// What an operator asks first, in meter <c>MaskedVerify.Operations</c>: is this silo ready, what is it waiting for, since when does it run. All report from the
/// start and look at memory only. The label <c>item</c> is a name of <see cref="ReadinessItem"/>.
/// </summary>
internal sealed class OperationsMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "MaskedVerify.Operations";

    public OperationsMetrics(IMeterFactory meters, ISiloReadiness silo, ServerInfo info, DrainState drain, TimeProvider time)
    {
        var meter = meters.Create(MeterName);
        var startedAt = time.GetUtcNow().ToUnixTimeMilliseconds() / 1_000.0;
        meter.CreateObservableGauge("maskedverify.start.time", () => startedAt, "s", "When this process started, in Unix time.");
        meter.CreateObservableGauge("maskedverify.ready", () => info.IsPrepared && !drain.IsDraining && silo.Check().IsReady ? 1 : 0, description: "1 while this silo can serve, else 0.");
        meter.CreateObservableGauge(
            "maskedverify.ready.item", () => silo.Check().Items.Select(Measure), description: "1 for each thing that is there, 0 for what is awaited: silo, keys, tenants, stores, carriers.");
    }

    private static Measurement<int> Measure(ReadinessItem item) => new(item.IsReady ? 1 : 0, new KeyValuePair<string, object?>("item", item.Name));
}
