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

        try
        {
            var asked = ask(shards[shard], shard);
            var value = asked.IsCompletedSuccessfully || limit == Timeout.InfiniteTimeSpan ? await asked : await asked.AsTask().WaitAsync(limit, time);
            if (Interlocked.Exchange(ref _absent[shard], null) is not null)
            {
                LogBack(shards[shard].Database);
            }

            return new HotShardAnswer<T>(shard, value, null);
        }
        catch (StorageUnavailableException error)
        {
            return Away<T>(shard, error);
        }
        catch (UnknownOutcomeException error)
        {
            // What is put together is asked again: a claim shows up again when it is not hidden any more, a move is repeated.
            return Away<T>(shard, new StorageUnavailableException(error.Message, error));
        }
        catch (TimeoutException error)
        {
            return Away<T>(shard, new StorageUnavailableException($"The database {shards[shard].Database} did not answer within {limit.TotalSeconds:0.#} s.", error));
        }
    }

    private HotShardAnswer<T> Away<T>(int shard, StorageUnavailableException why)
    {
        if (Interlocked.Exchange(ref _absent[shard], new Absence(time.GetTimestamp(), why)) is null)
        {
            LogAway(shards[shard].Database, why.Message);
        }

        return new HotShardAnswer<T>(shard, default, why);
    }

    private sealed record Absence(long Since, StorageUnavailableException Why);
}
