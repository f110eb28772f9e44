namespace MaskedVerify.Grains.Tenants;

/// <summary>API key ids that were just looked for in vain. Fixed memory whatever is asked for: a newer id takes the place of an older one.</summary>
internal sealed class UnknownKeys(TimeProvider time)
{
    private const int Slots = 1024;

    /// <summary>How long an id is not looked for again before the next regular poll.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private readonly Entry?[] _entries = new Entry?[Slots];

    internal bool Contains(string keyId) =>
        Volatile.Read(ref _entries[Slot(keyId)]) is { } entry && entry.KeyId == keyId && time.GetElapsedTime(entry.At) < Memory;

    internal void Add(string keyId) => Volatile.Write(ref _entries[Slot(keyId)], new Entry(keyId, time.GetTimestamp()));

    private static int Slot(string keyId) => (int)((uint)string.GetHashCode(keyId, StringComparison.Ordinal) % Slots);

    private sealed record Entry(string KeyId, long At);
}
