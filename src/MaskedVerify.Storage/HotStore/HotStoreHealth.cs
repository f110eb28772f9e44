using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>One read of each database.</summary>
internal sealed class HotStoreHealth(IHotStore store) : IHotStoreHealth
{
    /// <summary>State name and key of a row that there never is.</summary>
    public const string Nothing = "readiness";

    public async ValueTask<IReadOnlyList<string>> FindAbsentAsync(CancellationToken cancellationToken = default)
    {
        if (store is ShardedHotStore sharded)
        {
            return await sharded.FindAbsentAsync(cancellationToken);
        }

        await store.ReadAsync(Nothing, Nothing, cancellationToken);
        return [];
    }
}
