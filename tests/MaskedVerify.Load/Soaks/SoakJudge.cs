namespace MaskedVerify.Load.Soaks;

/// <summary>Whether a soak's tables are steady. Pure.</summary>
internal static class SoakJudge
{
    /// <summary>The one table that grows.</summary>
    public const string Log = "audit_log";

    /// <summary>What an event takes in the log with its two indexes, at most: some 170 bytes of its own, and as much again for keys, headers and half-full pages.</summary>
    public const int BytesPerEvent = 500;

    /// <summary>Growth beside the log that a file may show, as a part of what it was: it is never compacted, and what is freed in it is used again.</summary>
    public const double FileSlack = 0.1;

    /// <summary>The same of a server's tables: what was deleted is room again only after the vacuum has come by, which is sometimes late.</summary>
    public const double ServerSlack = 0.25;

    private const double Slack = 1.5;
    private const int SmallChange = 500;

    /// <summary>What is wrong; empty when tables are steady.</summary>
    /// <param name="middle">A look from when everything had filled up.</param>
    /// <param name="end">The last look.</param>
    /// <param name="most">Rows that a table may have by rights: what comes in during its window.</param>
    /// <param name="slack"><see cref="FileSlack"/> or <see cref="ServerSlack"/>.</param>
    public static IReadOnlyList<string> Judge(SoakSample middle, SoakSample end, long most, double slack)
    {
        List<string> faults = [.. end.Rows
            .Where(table => table.Key != Log && table.Value > (most * Slack) + SmallChange)
            .Select(table => $"{table.Key} has {table.Value:N0} rows, {most:N0} came in during its window")];
        if (end.Pairs <= middle.Pairs)
            faults.Add("no pair was done in the second half");
        if (end.Logged - middle.Logged < (end.Pairs - middle.Pairs) * 2 * 0.8)
            faults.Add($"{end.Pairs - middle.Pairs:N0} pairs left {end.Logged - middle.Logged:N0} events in the log in the second half");
        var allowed = ((end.Logged - middle.Logged) * (long)BytesPerEvent) + (long)(middle.Bytes * slack);
        if (end.Bytes - middle.Bytes > allowed)
            faults.Add($"the tables grew by {end.Bytes - middle.Bytes:N0} bytes in the second half, the log and {slack:P0} of what they were explain {allowed:N0}");
        return faults;
    }
}
