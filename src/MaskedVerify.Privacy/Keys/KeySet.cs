namespace MaskedVerify.Privacy;

/// <summary>
/// All live versions of one key in clear, newest first. Counted: the cache holds one reference and every user one, and the last one to let go zeroes
/// the bytes. So a key that leaves the cache while it is in use stays whole until that use ends.
/// </summary>
internal sealed class KeySet
{
    private readonly KeySlab _slab;
    private readonly (int Version, KeySlot Slot)[] _keys;
    private int _references = 1;

    /// <summary>Zeroed slots for the given versions; the maker fills them with <see cref="Writable"/> and owns the first reference.</summary>
    public KeySet(KeySlab slab, params ReadOnlySpan<int> versions)
    {
        _slab = slab;
        _keys = new (int, KeySlot)[versions.Length];
        for (var i = 0; i < versions.Length; i++)
        {
            _keys[i] = (versions[i], slab.Rent());
        }
    }

    /// <summary>How many versions.</summary>
    public int Count => _keys.Length;

    /// <summary>Highest version.</summary>
    public int NewestVersion => _keys[0].Version;

    /// <summary>The key of the highest version.</summary>
    public ReadOnlySpan<byte> Newest => _keys[0].Slot.Bytes;

    /// <summary>The version at a place, 0 = newest.</summary>
    public int VersionAt(int index) => _keys[index].Version;

    /// <summary>The key at a place, 0 = newest.</summary>
    public ReadOnlySpan<byte> KeyAt(int index) => _keys[index].Slot.Bytes;

    /// <summary>Where the maker writes a key.</summary>
    public Span<byte> Writable(int index) => _keys[index].Slot.Bytes;

    /// <summary>The key of a version; empty if that version is not live.</summary>
    public ReadOnlySpan<byte> KeyOf(int version)
    {
        foreach (var (candidate, slot) in _keys)
        {
            if (candidate == version)
            {
                return slot.Bytes;
            }
        }

        return default;
    }

    /// <summary>Takes a reference; only while another one is known to be held.</summary>
    public void Acquire() => Interlocked.Increment(ref _references);

    /// <summary>Lets go of a reference; the last one zeroes.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
        {
            return;
        }

        foreach (var (_, slot) in _keys)
        {
            _slab.Return(slot);
        }
    }
}

/// <summary>A reference to a <see cref="KeySet"/>; dispose it once. <c>default</c> is "no such key".</summary>
internal readonly struct KeyLease(KeySet keys) : IDisposable
{
    /// <summary>The keys; not to be used after <see cref="Dispose"/>.</summary>
    public KeySet Keys => keys;

    /// <summary>Whether there is no such key.</summary>
    public bool IsNone => keys is null;

    /// <inheritdoc/>
    public void Dispose() => keys?.Release();
}
