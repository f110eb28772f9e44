using System.Diagnostics;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.Driving;

/// <summary>Makes the aliases that a warm run visits.</summary>
internal static class WarmAliases
{
    private const int Callers = 64;

    /// <summary>Makes <paramref name="count"/> aliases over connections of the target.</summary>
    /// <exception cref="LoadException">One could not be made.</exception>
    public static async Task<IReadOnlyList<string>> CreateAsync(
        ILoadTarget target, LoadShape shape, NumberRange numbers, int count, ProgressLine progress, CancellationToken cancellationToken)
    {
        var aliases = new string[count];
        var next = -1;
        var watch = Stopwatch.StartNew();
        var callers = Enumerable.Range(0, Math.Min(Callers, count)).Select(_ => Task.Run(
            async () =>
            {
                await using var connection = await target.ConnectAsync(shape);
                for (var i = Interlocked.Increment(ref next); i < count && !cancellationToken.IsCancellationRequested; i = Interlocked.Increment(ref next))
                    aliases[i] = await connection.CreateAliasAsync(numbers.Next());
            },
            cancellationToken)).ToArray();
        var all = Task.WhenAll(callers);
        while (await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken)) != all)
            progress.Show($"making aliases: {Math.Min(Volatile.Read(ref next) + 1, count):N0} of {count:N0}");
        await all;
        progress.Say($"made {count:N0} aliases in {watch.Elapsed.TotalSeconds:F1} s ({count / watch.Elapsed.TotalSeconds:N0}/s)");
        return aliases;
    }
}
