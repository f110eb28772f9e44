using MaskedVerify.Domain;
using MaskedVerify.Grains.Doors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

/// <summary>What a vault silo knows of the carrier sessions on other silos: asked for every second. A silo that does not answer has none.</summary>
internal sealed partial class EgressDirectory(ClusterRoles cluster, EgressDoors doors, TimeProvider time, ILogger<EgressDirectory> logger) : BackgroundService
{
    /// <summary>Pause between two looks.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait for one silo's answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<Entry> _entries = [];
    private int _turn;

    /// <summary>Ends with the first look: before it nobody can tell whether a route leads anywhere.</summary>
    internal Task Looked => _looked.Task;

    /// <summary>Called after each look with the carriers that were seen; set before the first one.</summary>
    internal Action<IReadOnlyCollection<EgressCarrier>>? Seen { get; set; }

    /// <summary>Carriers of other silos.</summary>
    internal IEnumerable<EgressCarrier> Carriers => Volatile.Read(ref _entries).SelectMany(e => e.Carriers);

    /// <summary>Whether a submit to a carrier has a chance on another silo.</summary>
    internal bool IsReady(CarrierId carrier) => Volatile.Read(ref _entries).Any(e => e.Carriers.Any(c => c.IsReady && c.Carrier == carrier));

    /// <summary>What each other silo that has the carrier says of its session.</summary>
    internal IEnumerable<string> Texts(CarrierId carrier) => Carriers.Where(c => c.Carrier == carrier).Select(c => c.Text);

    /// <summary>Silos where it has, another one first at each call.</summary>
    internal IReadOnlyList<SiloAddress> Ready(CarrierId carrier)
    {
        SiloAddress[] silos = [.. Volatile.Read(ref _entries).Where(e => e.Carriers.Any(c => c.IsReady && c.Carrier == carrier)).Select(e => e.Silo)];
        if (silos.Length < 2)
            return silos;

        var first = (int)((uint)Interlocked.Increment(ref _turn) % (uint)silos.Length);
        return [.. silos[first..], .. silos[..first]];
    }

    /// <summary>Looks once.</summary>
    internal async Task LookAsync()
    {
        var entries = await Task.WhenAll(cluster.Others(SiloRoles.Egress).Select(AskAsync));
        Volatile.Write(ref _entries, entries);
        Seen?.Invoke([.. Carriers]);
        _looked.TrySetResult();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        do
        {
            await LookAsync();
        }
        while (await Plumbing.Patience.PauseAsync(LookEvery, time, stoppingToken));
    }

    private async Task<Entry> AskAsync(SiloAddress silo)
    {
        try
        {
            return new Entry(silo, (await doors.At(silo).GetStatus().WaitAsync(Patience, time)).Carriers);
        }
        catch (Exception error)
        {
            if (Volatile.Read(ref _entries).Any(e => e.Silo.Equals(silo) && e.Carriers.Count > 0))
                LogAway(silo, error.GetType().Name);

            return new Entry(silo, []);
        }
    }

    private sealed record Entry(SiloAddress Silo, IReadOnlyList<EgressCarrier> Carriers);
}
