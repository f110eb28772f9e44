using System.Security.Cryptography;

namespace MaskedVerify.Privacy;

/// <summary>
/// Memory for keys in clear: pinned chunks that the garbage collector never moves or copies, cut into slots of 32 bytes that are zeroed when they are given
/// back and used again. Grows by a chunk when all slots are taken.
/// </summary>
internal sealed class KeySlab
{
    private const int SlotsPerChunk = 512;

    private readonly Lock _gate = new();
    private readonly Stack<KeySlot> _free = new(SlotsPerChunk);

    /// <summary>A zeroed slot.</summary>
    public KeySlot Rent()
    {
        lock (_gate)
        {
            if (_free.Count == 0)
            {
                AddChunk();
            }

            return _free.Pop();
        }
    }

    /// <summary>Zeroes a slot and takes it back.</summary>
    public void Return(KeySlot slot)
    {
        CryptographicOperations.ZeroMemory(slot.Bytes);
        lock (_gate)
        {
            _free.Push(slot);
        }
    }

    private void AddChunk()
    {
        var chunk = GC.AllocateArray<byte>(SlotsPerChunk * KeyNames.KeySize, pinned: true);
        for (var offset = 0; offset < chunk.Length; offset += KeyNames.KeySize)
        {
            _free.Push(new KeySlot(chunk, offset));
        }
    }
}

/// <summary>32 bytes of a <see cref="KeySlab"/>.</summary>
internal readonly struct KeySlot(byte[] chunk, int offset)
{
    /// <summary>The bytes.</summary>
    public Span<byte> Bytes => chunk.AsSpan(offset, KeyNames.KeySize);
}
