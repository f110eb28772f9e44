using System.Collections.Concurrent;
using System.Globalization;
using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>One verification of one person, as a seeded random mix of what callers do. Every command is repeated with its key until its end is known or patience is over.</summary>
internal sealed class Journey(IVerifier verifier, MessageLog messages, ChaosClock clock, JourneyTerms terms, Random random, HistoryRecorder history, CancellationToken over)
{
    private readonly Lock _gate = new();

    private static readonly (int Weight, Func<Journey, Task> Plan)[] s_plans =
    [
        (30, j => j.CheckAsync(j.Newest())),
        (12, j => j.GuessAsync(j.Draw(1, 4), thenRight: true)),
        (6, j => j.GuessAsync(5, thenRight: true)),
        (6, j => j.GuessAsync(j.Draw(1, 4), thenRight: false)),
        (14, j => j.TogetherAsync(j.CheckAsync, j.CheckAsync)),
        (6, j => j.TogetherAsync(j.CheckAsync, _ => j.CheckAsync(j.Wrong()))),
        (6, j => j.CancelThenCheckAsync()),
        (8, j => j.TogetherAsync(j.CheckAsync, _ => j.CancelAsync())),
        (6, j => j.ReplayAsync()),
        (12, j => j.ResendAsync()),
        (4, j => j.GetAsync()),
    ];

    private int _commands;

    /// <summary>Whether nothing went wrong or is open: the number can be used again.</summary>
    public bool IsClean { get; private set; }

    /// <summary>Runs it.</summary>
    /// <param name="alias">Start by this alias in the place of the number.</param>
    public async Task RunAsync(string? alias)
    {
        var start = await CommandAsync(new OpCall(OpKind.Start, Key()) { Number = history.Number, Alias = alias, ResendPolicy = history.ResendPolicy });
        if (start.End != OpEnd.Ok || !await MessageAsync(1))
            return;

        var (draw, plan) = (Draw(0, s_plans.Sum(p => p.Weight)), 0);
        for (; draw >= s_plans[plan].Weight; plan++)
            draw -= s_plans[plan].Weight;
        await s_plans[plan].Plan(this);
        if (Draw(0, 3) == 0)
            await GetAsync();

        var record = history.ToHistory(messages);
        IsClean = record.Ops.All(o => o.End == OpEnd.Ok && o.Valid != false && o.Kind != OpKind.Resend) && record.Messages.Count == 1 && record.Ops.Any(o => o.ShowsEnd);
    }

    private string Newest() => history.Seen(messages)[^1].Code;

    private string Wrong()
    {
        var codes = history.Seen(messages).Select(m => m.Code).ToHashSet(StringComparer.Ordinal);
        while (true)
        {
            var code = Draw(0, 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
            if (!codes.Contains(code))
                return code;
        }
    }

    private Task<OpAnswer> CheckAsync(string code) => CommandAsync(new OpCall(OpKind.Check, Key()) { Id = history.Id, Code = code });

    private Task<OpAnswer> CancelAsync() => CommandAsync(new OpCall(OpKind.Cancel, Key()) { Id = history.Id });

    private Task<OpAnswer> GetAsync() => CommandAsync(new OpCall(OpKind.Get, Key()) { Id = history.Id });

    private async Task GuessAsync(int times, bool thenRight)
    {
        for (var i = 0; i < times; i++)
        {
            await CheckAsync(Wrong());
            await ThinkAsync();
        }

        if (thenRight)
            await CheckAsync(Newest());
    }

    private async Task TogetherAsync(Func<string, Task> one, Func<string, Task> other)
    {
        var code = Newest();
        await Task.WhenAll(one(code), other(code));
    }

    private async Task CancelThenCheckAsync()
    {
        await CancelAsync();
        await CheckAsync(Newest());
    }

    // A lost answer to a right code can be asked for again; a new command with the code that was used up is refused.
    private async Task ReplayAsync()
    {
        var call = new OpCall(OpKind.Check, Key()) { Id = history.Id, Code = Newest() };
        await CommandAsync(call);
        await CommandAsync(call);
        await CheckAsync(Newest());
    }

    private async Task ResendAsync()
    {
        await PauseAsync(terms.ResendWait);
        if (over.IsCancellationRequested)
            return;

        var old = Newest();
        var answer = await CommandAsync(new OpCall(OpKind.Resend, Key()) { Id = history.Id });
        if (answer.End == OpEnd.Ok)
            await MessageAsync(2);

        if (Draw(0, 2) == 0)
            await CheckAsync(old);
        await CheckAsync(Newest());
    }

    private async Task<OpAnswer> CommandAsync(OpCall call)
    {
        await ThinkAsync();
        var first = clock.Now;
        for (var pause = terms.Pause; ; pause += terms.Pause)
        {
            var invoked = clock.Now;
            var answer = await verifier.CallAsync(call);
            history.Add(call, answer, invoked, clock.Now);
            if (answer.End != OpEnd.Unknown || clock.Now - first > terms.CommandPatience)
                return answer;

            await Task.Delay(pause > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : pause, CancellationToken.None);
        }
    }

    private async Task<bool> MessageAsync(int count)
    {
        var asked = clock.Now;
        while (history.Seen(messages).Count < count)
        {
            if (clock.Now - asked > (over.IsCancellationRequested ? terms.LastMessagePatience : terms.MessagePatience))
                return false;
            await Task.Delay(10, CancellationToken.None);
        }

        return true;
    }

    private Task ThinkAsync() => terms.Think > TimeSpan.Zero ? PauseAsync(terms.Think * Draw(0, 1_000) / 1_000) : Task.CompletedTask;

    private async Task PauseAsync(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
            await Task.Delay(time, over).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    // Two commands of one journey may be under way at once.
    private int Draw(int from, int to)
    {
        lock (_gate)
            return random.Next(from, to);
    }

    private string Key() => $"{history.Name}-{Interlocked.Increment(ref _commands)}";
}

/// <summary>Numbers whose last verification ended in peace, with their aliases.</summary>
internal sealed class AliasPool
{
    private readonly ConcurrentBag<(string Number, string Alias)> _free = [];

    public void Give(string number, string alias) => _free.Add((number, alias));

    public bool TryTake(out (string Number, string Alias) known) => _free.TryTake(out known);
}
