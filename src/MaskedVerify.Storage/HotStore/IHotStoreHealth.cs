using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Whether the hot store can be read.</summary>
public interface IHotStoreHealth
{
    /// <summary>Names of the databases (hot, hot-1, …) that cannot be read while others can; empty when all is well.</summary>
    /// <exception cref="StorageUnavailableException">None can be read.</exception>
    ValueTask<IReadOnlyList<string>> FindAbsentAsync(CancellationToken cancellationToken = default);
}
