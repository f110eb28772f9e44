namespace MaskedVerify.Domain;

/// <summary>A grain state that brings side rows to its next write. They are not part of the serialised state.</summary>
public interface ICarriesSideRows
{
    /// <summary>Rows for the next commit; empty most of the time.</summary>
    IReadOnlyList<SideRow> SideRows { get; }

    /// <summary>The same state without side rows: what is serialised, and what remains in memory after a successful commit.</summary>
    ICarriesSideRows WithoutSideRows();
}
