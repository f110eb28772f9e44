using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>
/// Asks several databases at once, for questions whose answer is put together. One that fails or is too slow is left alone for a second, so that a database which
/// is away costs the others one wait in a second and not one with every question.
/// </summary>
internal sealed partial class HotShardGroup(IReadOnlyList<IHotShard> shards, TimeProvider time, ILogger logger)
{
    /// <summary>How long a database that failed is not asked again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Absence?[] _absent = new Absence?[shards.Count];

    public IReadOnlyList<IHotShard> Shards => shards;

    /// <summary>Asks all of them.</summary>
    /// <param name="limit">How long each may take; infinite for what must not be given up half-way.</param>
    /// <param name="ask">The question.</param>
    public ValueTask<HotShardAnswer<T>[]> AskAsync<T>(TimeSpan limit, Func<IHotShard, ValueTask<T>> ask) =>
        AskAsync([.. Enumerable.Range(0, shards.Count)], limit, (shard, _) => ask(shard));

    /// <summary>Asks some of them.</summary>
    public async ValueTask<HotShardAnswer<T>[]> AskAsync<T>(IReadOnlyList<int> some, TimeSpan limit, Func<IHotShard, int, ValueTask<T>> ask)
    {
        var answers = new Task<HotShardAnswer<T>>[some.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = AskOneAsync(some[i], limit, ask).AsTask();
        }

        return await Task.WhenAll(answers);
    }

    /// <summary>
    /// Asks all of them for what would be wrong without one of them. One that is left alone is asked too: a full write queue says nothing about reads.
    /// </summary>
    /// <exception cref="StorageUnavailableException">One did not answer.</exception>
    public async ValueTask<IReadOnlyList<T?>> AskEveryAsync<T>(TimeSpan limit, Func<IHotShard, ValueTask<T>> ask)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, shards.Count).Select(shard => TryAsync(shard, limit, (one, _) => ask(one)).AsTask()));
        RequireAll(answers);
        return Array.ConvertAll(answers, answer => answer.Value);
    }

    /// <exception cref="StorageUnavailableException">One of them did not answer.</exception>
    public static void RequireAll<T>(HotShardAnswer<T>[] answers)
    {
        if (Array.Find(answers, answer => answer.Failure is not null).Failure is { } away)
        {
            throw new StorageUnavailableException(away.Message, away);
        }
    }

    /// <exception cref="StorageUnavailableException">None of them answered.</exception>
    public static void RequireAny<T>(HotShardAnswer<T>[] answers)
    {
        if (Array.TrueForAll(answers, answer => answer.Failure is not null) && answers is [{ Failure: { } first }, ..])
        {
            throw new StorageUnavailableException(first.Message, first);
        }
    }

    private async ValueTask<HotShardAnswer<T>> AskOneAsync<T>(int shard, TimeSpan limit, Func<IHotShard, int, ValueTask<T>> ask)
    {
        if (Volatile.Read(ref _absent[shard]) is { } absent && time.GetElapsedTime(absent.Since) < Pause)
        {
            return new HotShardAnswer<T>(shard, default, absent.Why);
        }

        var answer = await TryAsync(shard, limit, ask);
        var before = Interlocked.Exchange(ref _absent[shard], answer.Failure is { } failure ? new Absence(time.GetTimestamp(), failure) : null);
        if (before is null && answer.Failure is { } why)
        {
            LogAway(shards[shard].Database, why.Message);
        }
        else if (before is not null && answer.Failure is null)
        {
            LogBack(shards[shard].Database);
        }

        return answer;
    }

    private async ValueTask<HotShardAnswer<T>> TryAsync<T>(int shard, TimeSpan limit, Func<IHotShard, int, ValueTask<T>> ask)
    {
        try
        {
            var asked = ask(shards[shard], shard);
            var value = asked.IsCompletedSuccessfully || limit == Timeout.InfiniteTimeSpan ? await asked : await asked.AsTask().WaitAsync(limit, time);
            return new HotShardAnswer<T>(shard, value, null);
        }
        catch (StorageUnavailableException error)
        {
            return new HotShardAnswer<T>(shard, default, error);
        }
        catch (UnknownOutcomeException error)
        {
            // What is put together is asked again: a claim shows up again when it is not hidden any more, a move is repeated.
            return new HotShardAnswer<T>(shard, default, new StorageUnavailableException(error.Message, error));
        }
        catch (TimeoutException error)
        {
            return new HotShardAnswer<T>(
                shard, default, new StorageUnavailableException($"The database {shards[shard].Database} did not answer within {limit.TotalSeconds:0.#} s.", error));
        }
    }

    private sealed record Absence(long Since, StorageUnavailableException Why);
}
