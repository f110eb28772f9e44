using System.Diagnostics;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>Wall time that never goes back: read once, then counted on.</summary>
internal sealed class ChaosClock
{
    private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public DateTimeOffset Now => _start + _watch.Elapsed;
}
