using System.Diagnostics;
using MaskedVerify.Load.Driving;

namespace MaskedVerify.Load.Soaks;

/// <summary>One soak.</summary>
internal sealed record SoakRun
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    private readonly ProgressLine _progress = new();
    private long _pairs;

    public TimeSpan Duration { get; init; }

    public TimeSpan Window { get; init; }

    public int Rate { get; init; }

    public int Aliases { get; init; }

    public int Callers { get; init; }

    public string? Postgres { get; init; }

    public string? Folder { get; init; }

    public bool Drains { get; init; }

    public bool Sweeps { get; init; }

    /// <summary>Runs; 0 when the tables are steady.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await SoakStore.OpenAsync(Postgres, Folder, Drains, Sweeps, cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(n =>
        {
            var caller = new SoakCaller(store.Hot, n, Math.Max(1, Aliases / Callers), Window);
            return Task.Run(() => DriveAsync(caller, began, over.Token), CancellationToken.None);
        }));
        SoakSample? middle = null;
        while (Stopwatch.GetElapsedTime(began) < Duration && !callers.IsCompleted)
        {
            await Task.Delay(s_every, cancellationToken);
            var sample = await LookAsync(store, began);
            if (sample.Seconds >= Duration.TotalSeconds / 2)
                middle ??= sample;
        }

        await over.CancelAsync();
        await callers;
        var end = await LookAsync(store, began);
        Console.WriteLine($"{end.Pairs / end.Seconds:N0} pairs/s, {end.Pairs * 3 / end.Seconds:N0} commits/s, {end.Logged / end.Seconds:N0} events/s into the log");
        return Rate == 0 ? 0 : Tell(middle ?? end, end);
    }

    private int Tell(SoakSample middle, SoakSample end)
    {
        // Sweeper and drain come once a second and every quarter of it; an alias has one row and everybody's rows stay for a window.
        var most = Math.Max(Aliases, (long)(Rate * (Window.TotalSeconds + 2)));
        var faults = SoakJudge.Judge(middle, end, most, Postgres is null ? SoakJudge.FileSlack : SoakJudge.ServerSlack);
        var perEvent = (end.Bytes - middle.Bytes) / (double)Math.Max(1, end.Logged - middle.Logged);
        Console.WriteLine($"second half: {end.Logged - middle.Logged:N0} events logged, {perEvent:F0} bytes of growth for each; {faults.Count} fault(s)");
        foreach (var fault in faults)
            Console.WriteLine("  " + fault);
        return faults.Count == 0 ? 0 : 1;
    }

    private async Task<SoakSample> LookAsync(SoakStore store, long began)
    {
        var pairs = Volatile.Read(ref _pairs);
        var sample = await store.LookAsync(Stopwatch.GetElapsedTime(began).TotalSeconds, pairs);
        _progress.Show($"{sample.Seconds,6:F0} s  {sample.Pairs,10:N0} pairs  {sample.Bytes / 1048576,6:N0} MiB  " + string.Join("  ", sample.Rows.Select(table => $"{table.Key} {table.Value:N0}")));
        return sample;
    }

    // Each caller has its share of the rate, and makes good what it is behind.
    private async Task DriveAsync(SoakCaller caller, long began, CancellationToken over)
    {
        for (var done = 0L; !over.IsCancellationRequested; done++)
        {
            var due = Rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(done * (double)Callers / Rate) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (over.IsCancellationRequested)
                    return;
            }

            await caller.RunAsync();
            Interlocked.Increment(ref _pairs);
        }
    }
}
