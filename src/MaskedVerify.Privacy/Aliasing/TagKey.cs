namespace MaskedVerify.Privacy;

/// <summary>One version of the front tag key on its way from a vault to a front. Prints without the key.</summary>
/// <param name="Version">1 to 31.</param>
/// <param name="Bytes">32 bytes; whoever holds them last zeroes them.</param>
public sealed record TagKey(int Version, byte[] Bytes)
{
    /// <inheritdoc/>
    public override string ToString() => $"TagKey {{ {Version} }}";
}

/// <summary>What a vault gives to fronts: the only key that leaves it.</summary>
public interface ITagKeyExport
{
    /// <summary>Versions that are live now, newest first.</summary>
    IReadOnlyList<int> Versions { get; }

    /// <summary>A fresh copy of every live version, newest first.</summary>
    /// <exception cref="InvalidOperationException">Before the key ring is warm.</exception>
    IReadOnlyList<TagKey> Export();
}

/// <summary>The front tag key in a process that has no key service.</summary>
public interface ITagKeyCopy
{
    /// <summary>Versions held, newest first; empty before the first <see cref="Take"/>.</summary>
    IReadOnlyList<int> Versions { get; }

    /// <summary>Replaces what is held and zeroes <paramref name="keys"/>.</summary>
    /// <exception cref="ArgumentException">There is none, or one has not 32 bytes.</exception>
    void Take(IReadOnlyList<TagKey> keys);
}
