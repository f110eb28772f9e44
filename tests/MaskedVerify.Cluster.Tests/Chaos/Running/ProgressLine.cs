using System.Diagnostics;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>The live line: where the run is, for how long, and what it has counted. It moves by itself: every second on a terminal, every 15 s elsewhere.</summary>
internal sealed class ProgressLine : IAsyncDisposable
{
    private const int MostCounts = 4;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private string _last = "";
    private ChaosRun? _run;

    public ProgressLine()
    {
        var pause = Console.IsOutputRedirected ? TimeSpan.FromSeconds(15) : TimeSpan.FromSeconds(1);
        _timer = new Timer(_ => Tick(), null, pause, pause);
    }

    /// <summary>What is counted from now on; null for nothing.</summary>
    public void Watch(ChaosRun? run) => Volatile.Write(ref _run, run);

    /// <summary>Something new.</summary>
    public void Say(string where, string what)
    {
        lock (_gate)
        {
            _last = $"{where}: {what}";
            Write(_last);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <summary>What a run has counted so far, in one line.</summary>
    internal static string Summary(ChaosRun run)
    {
        var counts = run.Report.Counts.OrderByDescending(c => c.Value).Take(MostCounts).Select(c => $"{c.Value} {c.Key}");
        return string.Join(", ", counts.Prepend($"{run.InFlight.Ended} calls").Append($"{run.Report.Violations.Count} violations"));
    }

    private void Tick()
    {
        if (Volatile.Read(ref _run) is not { } run)
            return;
        lock (_gate)
            Write($"{_last.Split('\n')[0]} ({Summary(run)})");
    }

    // One line that is written over on a terminal, lines of their own elsewhere.
    private void Write(string text)
    {
        var line = $"{_watch.Elapsed:hh\\:mm\\:ss} {text}";
        if (Console.IsOutputRedirected)
            Console.WriteLine(line);
        else
            Console.Write("\r\u001b[K" + line);
    }
}
