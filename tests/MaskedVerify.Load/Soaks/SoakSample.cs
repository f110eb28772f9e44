namespace MaskedVerify.Load.Soaks;

/// <summary>A look at the database.</summary>
/// <param name="Seconds">Since the begin.</param>
/// <param name="Pairs">Done so far.</param>
/// <param name="Rows">Rows of each table.</param>
/// <param name="Bytes">Of the file, or of all tables; what is free in it included.</param>
internal sealed record SoakSample(double Seconds, long Pairs, IReadOnlyDictionary<string, long> Rows, long Bytes)
{
    /// <summary>Rows of the append-only table.</summary>
    public long Logged => Rows[SoakJudge.Log];
}
