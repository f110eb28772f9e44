using System.Diagnostics;

namespace MaskedVerify.Storage;

/// <summary>What one item of a group commit writes: no two items of a transaction may share it, and a transaction is sorted by it.</summary>
internal readonly record struct RowName(string Table, string Key)
{
    public int Compare(RowName other)
    {
        var byTable = string.CompareOrdinal(Table, other.Table);
        return byTable != 0 ? byTable : string.CompareOrdinal(Key, other.Key);
    }
}

/// <summary>One unit of work that becomes durable together with others. Exactly one of the ending methods is called, once.</summary>
/// <param name="row">What it writes.</param>
/// <param name="bytes">About how many bytes it adds to a transaction.</param>
internal abstract class WriteItem(RowName row, int bytes)
{
    public RowName Row { get; } = row;

    public int Bytes { get; } = bytes;

    /// <summary>What it writes besides <see cref="Row"/> and what no other item of its transaction may write, because several might want the same. Mostly empty.</summary>
    public virtual IReadOnlyList<RowName> Claims => [];

    /// <summary>Timestamp of arrival in the queue.</summary>
    public long QueuedAt { get; set; }

    /// <summary>Its span, if somebody traces it.</summary>
    public Activity? Span { get; set; }

    /// <summary>The transaction is durable: what the last run of this item found becomes its answer.</summary>
    public abstract void Complete();

    /// <summary>Nothing was written.</summary>
    public abstract void Fail(Exception reason);

    /// <summary>Nobody can tell whether it was written.</summary>
    public abstract void CompleteUnknown(Exception reason);
}
