using System.Security.Cryptography;
using System.Text.Json;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Servers;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.Commands;

/// <summary>One run of the memory measurement.</summary>
internal sealed record MemoryRun
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(3);

    private readonly ProgressLine _progress = new();

    public TimeSpan Duration { get; init; }

    public TimeSpan Every { get; init; }

    public int Aliases { get; init; }

    public int Connections { get; init; }

    public required ServerSettings Server { get; init; }

    public string? Json { get; init; }

    /// <summary>Runs both parts.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var loadAverage = ProcessFigures.LoadAverage();
        Console.WriteLine($"load average before the run {loadAverage}");
        var samples = Duration > TimeSpan.Zero ? await WatchAsync(cancellationToken) : [];
        var alias = Aliases > 0 ? await WeighAsync(cancellationToken) : null;
        if (Json is not null)
            await File.WriteAllTextAsync(Json, JsonSerializer.Serialize(new { loadAverage, samples, alias }, s_json) + "\n", cancellationToken);
        return samples.Count > 0 && samples[^1].Errors > 0 ? 1 : 0;
    }

    private async Task<List<Sample>> WatchAsync(CancellationToken cancellationToken)
    {
        await using var target = await HttpTarget.StartAsync(Server with { InboxTotal = 10_000 }, cancellationToken);
        var shape = new LoadShape { Connections = Connections, Duration = Duration, Warmup = TimeSpan.Zero };
        var numbers = new NumberRange(RandomNumberGenerator.GetInt32(int.MaxValue));
        var samples = new List<Sample>();
        Console.WriteLine("new numbers over HTTP, a server in a process of its own");
        Console.WriteLine("  seconds    aliases  activations  resident MiB  heap MiB");
        var next = 0.0;
        await AddAsync(0);
        var figures = await new LoadRun(target, shape, _progress).RunAsync(
            new Destinations(numbers, []),
            seed: 1,
            async seconds =>
            {
                if (seconds >= next)
                    await AddAsync(seconds);
            },
            cancellationToken);
        samples[^1] = samples[^1] with { Errors = figures.Errors.Values.Sum() };
        foreach (var (kind, count) in figures.Errors)
            Console.WriteLine($"  {count:N0} errors: {kind}");
        await Task.Delay(s_settle, cancellationToken);
        Console.WriteLine($"{figures.PairsPerSecond:N0} pairs/s; {s_settle.TotalSeconds:F0} s after the load:");
        await AddAsync(Duration.TotalSeconds + s_settle.TotalSeconds);
        return samples;

        async Task AddAsync(double seconds)
        {
            var now = await target.SnapshotAsync();
            samples.Add(new Sample(seconds, numbers.Taken, now.Activations, now.ResidentBytes, now.HeapBytes, 0));
            Console.WriteLine($"{seconds,9:F0} {numbers.Taken,10:N0} {now.Activations,12:N0} {now.ResidentBytes / 1048576,13:N0} {now.HeapBytes / 1048576,9:N0}");
            next = seconds + Every.TotalSeconds;
        }
    }

    private async Task<AliasWeight> WeighAsync(CancellationToken cancellationToken)
    {
        // A small inbox and no receipts: neither the sandbox's memory nor its timers belong to an alias.
        await using var target = await HostTarget.StartAsync(1, inside: true, Server with { InboxTotal = 16, Receipts = false }, cancellationToken);
        var shape = new LoadShape { Connections = Connections, Duration = TimeSpan.Zero, Warmup = TimeSpan.Zero };
        var numbers = new NumberRange(RandomNumberGenerator.GetInt32(int.MaxValue));
        await StartAllAsync(target, shape, numbers, 500, cancellationToken);
        var before = await CollectAsync(target);
        await StartAllAsync(target, shape, numbers, Aliases, cancellationToken);
        var after = await CollectAsync(target);
        var activations = (after.Activations ?? 0) - (before.Activations ?? 0);
        var weight = new AliasWeight(Aliases, activations, (after.HeapBytes - before.HeapBytes) / activations, (after.ResidentBytes - before.ResidentBytes) / activations);
        Console.WriteLine($"{Aliases:N0} live aliases held active in the test host: {activations:N0} more activations, {weight.HeapBytesPerAlias:N0} bytes of managed heap each" +
            $" (after a full collection), {weight.ResidentBytesPerAlias:N0} bytes of resident memory each");
        return weight;
    }

    private async Task StartAllAsync(HostTarget target, LoadShape shape, NumberRange numbers, int count, CancellationToken cancellationToken)
    {
        var next = -1;
        var callers = Enumerable.Range(0, Connections).Select(_ => Task.Run(
            async () =>
            {
                await using var connection = await target.ConnectAsync(shape);
                while (Interlocked.Increment(ref next) < count)
                    await connection.StartAsync(new Destination(numbers.Next(), false));
            },
            cancellationToken)).ToList();
        var all = Task.WhenAll(callers);
        while (await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken)) != all)
            _progress.Show($"starting verifications: {Math.Min(Volatile.Read(ref next) + 1, count):N0} of {count:N0}");
        await all;
    }

    // Twice, so that what the first collection finalises is gone too.
    private static async Task<TargetSnapshot> CollectAsync(HostTarget target)
    {
        await Task.Delay(s_settle);
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return await target.SnapshotAsync();
    }

    /// <summary>A look at the server.</summary>
    internal sealed record Sample(double Seconds, long Aliases, double? Activations, double? ResidentBytes, double? HeapBytes, long Errors);

    /// <summary>What an active alias takes.</summary>
    internal sealed record AliasWeight(int Aliases, double Activations, double? HeapBytesPerAlias, double? ResidentBytesPerAlias);
}
