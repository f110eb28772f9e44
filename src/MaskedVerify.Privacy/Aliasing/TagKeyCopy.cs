using System.Security.Cryptography;

namespace MaskedVerify.Privacy;

/// <inheritdoc cref="ITagKeyCopy"/>
internal sealed class TagKeyCopy(KeySlab slab) : ITagKeyCopy, ITagKeySource, IDisposable
{
    private readonly Lock _gate = new();

    // A look-up may still be using a replaced set, so all of them are zeroed at the end only; there are as many as rotations.
    private readonly List<KeySet> _all = [];
    private volatile KeySet? _current;

    /// <inheritdoc/>
    public IReadOnlyList<int> Versions => _current is { } keys ? [.. Enumerable.Range(0, keys.Count).Select(keys.VersionAt)] : [];

    /// <inheritdoc/>
    public KeySet TagKeys => _current ?? throw new KeyManagementException("The front tag key was not received from a vault yet.");

    /// <inheritdoc/>
    public void Take(IReadOnlyList<TagKey> keys)
    {
        if (keys.Count == 0 || keys.Any(k => k.Bytes.Length != KeyNames.KeySize))
        {
            throw new ArgumentException($"At least one key of {KeyNames.KeySize} bytes is needed.", nameof(keys));
        }

        var newestFirst = keys.OrderByDescending(k => k.Version).ToArray();
        var set = new KeySet(slab, Array.ConvertAll(newestFirst, k => k.Version));
        for (var i = 0; i < newestFirst.Length; i++)
        {
            newestFirst[i].Bytes.CopyTo(set.Writable(i));
            CryptographicOperations.ZeroMemory(newestFirst[i].Bytes);
        }

        lock (_gate)
        {
            _all.Add(set);
            _current = set;
        }
    }

    /// <summary>Zeroes every key.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _current = null;
            _all.ForEach(set => set.Release());
            _all.Clear();
        }
    }
}
