namespace MaskedVerify.Privacy;

/// <summary>What a scan found, summed over the texts of one line or span.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1051", Justification = "A counter that is passed by reference.")]
internal struct ScanCounts
{
    /// <summary>Valid numbers and canaries.</summary>
    public int Leaks;

    /// <summary>Other long runs of digits.</summary>
    public int Suspected;

    /// <summary>Whether nothing was found.</summary>
    public readonly bool IsClean => Leaks == 0 && Suspected == 0;
}

/// <summary>A stretch of text to replace.</summary>
internal readonly record struct ScanFinding(int Start, int End, bool IsLeak);
