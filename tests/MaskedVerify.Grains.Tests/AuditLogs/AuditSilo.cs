using System.Diagnostics.Metrics;
using MaskedVerify.Grains.AuditLogs;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Grains.Tests.AuditLogs;

/// <summary>What of a silo moves audit events and minds their bound, on a database that it may share with others.</summary>
internal sealed class AuditSilo : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<GrainsMetrics>().BuildServiceProvider();

    public AuditSilo(InMemoryHotStore store, FakeTimeProvider time)
    {
        var options = Options.Create(new GrainsOptions());
        var metrics = _services.GetRequiredService<GrainsMetrics>();
        Bound = new AuditBound(store, time, options, metrics, NullLogger<AuditBound>.Instance);
        Drain = new AuditDrain(store, Bound, time, options, metrics, NullLogger<AuditDrain>.Instance);
    }

    public AuditBound Bound { get; }

    public AuditDrain Drain { get; }

    public MetricCollector<T> Collect<T>(string name)
        where T : struct => new(_services.GetRequiredService<IMeterFactory>(), GrainsMetrics.MeterName, name);

    public void Dispose()
    {
        Drain.Dispose();
        _services.Dispose();
    }
}
