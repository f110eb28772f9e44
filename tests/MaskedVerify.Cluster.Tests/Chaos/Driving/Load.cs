using System.Collections.Concurrent;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>Clients that make one journey after another until they are told to stop.</summary>
internal sealed class Load(IVerifier verifier, MessageLog messages, ChaosClock clock, JourneyTerms terms, int seed, string name)
{
    private static readonly string[] s_policies = ["rotate", "rotate", "reuse", "keep-previous-until-accepted"];

    private readonly ConcurrentBag<HistoryRecorder> _histories = [];
    private readonly AliasPool _aliases = new(messages);
    private int _journeys;

    /// <summary>Every journey that was begun.</summary>
    public IReadOnlyCollection<HistoryRecorder> Histories => _histories;

    /// <summary>Runs clients until <paramref name="over"/>, or until each has made <paramref name="journeys"/> journeys.</summary>
    public Task RunAsync(int clients, CancellationToken over, int journeys = int.MaxValue) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => ClientAsync(client, journeys, over), CancellationToken.None)));

    private async Task ClientAsync(int client, int journeys, CancellationToken over)
    {
        var random = new Random(unchecked((seed * 7919) + client));
        for (var i = 0; i < journeys && !over.IsCancellationRequested; i++)
        {
            var (number, alias, seen) = random.Next(3) == 0 && _aliases.TryTake(out var known) ? known : (Numbers.Next(), null, 0);
            var policy = terms.ResendPolicy ?? s_policies[random.Next(s_policies.Length)];
            var history = new HistoryRecorder($"{name}-{seed}-{client}-{Interlocked.Increment(ref _journeys)}", number, policy, seen, terms.TtlSeconds);
            _histories.Add(history);
            terms.Numbers?.TryAdd(number[1..], true);
            var journey = new Journey(verifier, messages, clock, terms, random, history, over);
            await journey.RunAsync(alias);
            if (journey.IsClean && history.Alias is { } own)
                _aliases.Give(history, own);
        }
    }
}
