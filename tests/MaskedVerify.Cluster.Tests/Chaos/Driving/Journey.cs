using System.Collections.Concurrent;
using System.Globalization;
using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>One verification of one person, as a seeded random mix of what callers do. Every command is repeated with its key until its end is known or patience is over.</summary>
internal sealed class Journey(IVerifier verifier, MessageLog messages, ChaosClock clock, JourneyTerms terms, Random random, HistoryRecorder history, CancellationToken over)
{
    private readonly Lock _gate = new();

    private static readonly (string Name, int Weight, Func<Journey, Task> Plan)[] s_plans =
    [
        ("check", 30, j => j.CheckAsync(j.Newest())),
        ("guess, then check", 12, j => j.GuessAsync(j.Draw(1, 4), thenRight: true)),
        ("lock, then check", 6, j => j.GuessAsync(5, thenRight: true)),
        ("guess", 6, j => j.GuessAsync(j.Draw(1, 4), thenRight: false)),
        ("check twice at once", 14, j => j.TogetherAsync(j.CheckAsync, j.CheckAsync)),
        ("check and guess at once", 6, j => j.TogetherAsync(j.CheckAsync, _ => j.CheckAsync(j.Wrong()))),
        ("cancel, then check", 6, j => j.CancelThenCheckAsync()),
        ("check and cancel at once", 8, j => j.TogetherAsync(j.CheckAsync, _ => j.CancelAsync())),
        ("replay", 6, j => j.ReplayAsync()),
        ("resend", 12, j => j.ResendAsync()),
        ("get", 4, j => j.GetAsync()),

        // Never drawn: it takes as long as the code lives.
        ("expire", 0, j => j.ExpireAsync()),
    ];

    /// <summary>Names of what a journey can do after its first message.</summary>
    public static IReadOnlyList<string> Plans { get; } = [.. s_plans.Select(p => p.Name)];

    private int _commands;
    private DateTimeOffset? _expiresAt;

    /// <summary>Whether nothing went wrong or is open: the number can be used again.</summary>
    public bool IsClean { get; private set; }

    /// <summary>Runs it.</summary>
    /// <param name="alias">Start by this alias in the place of the number.</param>
    public async Task RunAsync(string? alias)
    {
        var start = await CommandAsync(new OpCall(OpKind.Start, Key()) { Number = history.Number, Alias = alias, ResendPolicy = history.ResendPolicy, TtlSeconds = history.TtlSeconds });
        if (start.End != OpEnd.Ok || !await MessageAsync(1))
            return;

        await PauseAsync(terms.HoldBack);
        _expiresAt = start.ExpiresAt;
        await NextPlan()(this);
        if (Draw(0, 3) == 0)
            await GetAsync();

        var record = history.ToHistory(messages);
        IsClean = record.Ops.All(o => o.End == OpEnd.Ok && o.Valid != false && o.Kind != OpKind.Resend) && record.Messages.Count == 1 && record.Ops.Any(o => o.ShowsEnd);
    }

    private Func<Journey, Task> NextPlan()
    {
        if (terms.Plan is { } name)
            return s_plans.First(p => p.Name == name).Plan;

        var (draw, plan) = (Draw(0, s_plans.Sum(p => p.Weight)), 0);
        for (; draw >= s_plans[plan].Weight; plan++)
            draw -= s_plans[plan].Weight;
        return s_plans[plan].Plan;
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

    // A second before its end a code is good; as soon as the clocks cannot be meant any more it is not.
    private async Task ExpireAsync()
    {
        var end = _expiresAt ?? throw new InvalidOperationException("A start says until when its code can be checked.");
        var isLate = Draw(0, 4) > 0;
        await PauseAsync((isLate ? end + HistoryRules.Tolerance + TimeSpan.FromMilliseconds(100) : end - TimeSpan.FromSeconds(1)) - clock.Now);
        if (!over.IsCancellationRequested)
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

/// <summary>Numbers whose last verification ended in peace, with their aliases. A message that still comes is that verification's, until the next one begins.</summary>
internal sealed class AliasPool(MessageLog messages)
{
    private readonly ConcurrentBag<(HistoryRecorder Last, string Alias)> _free = [];

    public void Give(HistoryRecorder last, string alias) => _free.Add((last, alias));

    /// <summary>A number for the next verification, and how many messages to it were earlier ones'.</summary>
    public bool TryTake(out (string Number, string Alias, int Seen) known)
    {
        known = default;
        if (!_free.TryTake(out var free))
            return false;

        known = (free.Last.Number, free.Alias, messages.To(free.Last.Number).Count);
        free.Last.EndAt(known.Seen);
        return true;
    }
}
