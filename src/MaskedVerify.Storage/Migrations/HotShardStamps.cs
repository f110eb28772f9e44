using System.Security.Cryptography;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Sees that the databases of a hot store belong together, and makes them a store when they are new.</summary>
internal static class HotShardStamps
{
    private const int StoreLength = 16;

    /// <summary>Refuses databases that do not belong together; whether they are a whole store already.</summary>
    /// <exception cref="SchemaMismatchException">They do not belong together.</exception>
    public static async ValueTask<bool> IsWholeAsync(IReadOnlyList<string> locations, Func<ValueTask<IReadOnlyList<HotShardStamp?>>> read) =>
        await NextAsync(locations, read, new byte[StoreLength]) is null;

    /// <summary>Writes what is missing, step by step; each step is taken after a fresh look, for another process may do the same.</summary>
    /// <exception cref="SchemaMismatchException">They do not belong together.</exception>
    /// <exception cref="StorageUnavailableException">A database does not keep what is written.</exception>
    public static async ValueTask MakeWholeAsync(
        IReadOnlyList<string> locations, Func<ValueTask<IReadOnlyList<HotShardStamp?>>> read, Func<HotShardStep, ValueTask> write)
    {
        var store = RandomNumberGenerator.GetBytes(StoreLength);
        for (var steps = 0; await NextAsync(locations, read, store) is { } step; steps++)
        {
            if (steps > locations.Count)
            {
                throw new StorageUnavailableException($"{locations[step.Shard]} does not keep its place in the hot store: see that the user may write the table hot_shard.");
            }

            await write(step);
        }
    }

    // Another process that makes the store may have stamped the first database after it was looked at here, and a further one before: that looks like a loss, once.
    private static async ValueTask<HotShardStep?> NextAsync(IReadOnlyList<string> locations, Func<ValueTask<IReadOnlyList<HotShardStamp?>>> read, byte[] store)
    {
        try
        {
            return HotShardRules.Next(locations, await read(), store);
        }
        catch (SchemaMismatchException)
        {
            return HotShardRules.Next(locations, await read(), store);
        }
    }
}
