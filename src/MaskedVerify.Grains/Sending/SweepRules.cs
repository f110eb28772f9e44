namespace MaskedVerify.Grains.Sending;

/// <summary>The pace of the sweeper. Pure.</summary>
internal static class SweepRules
{
    /// <summary>Rows of a table in one batch.</summary>
    internal const int Batch = 250;

    /// <summary>Age of keys from which on an alias without a row is given up: nothing that was under way when they were written is so any more.</summary>
    internal static readonly TimeSpan UnusedAfter = TimeSpan.FromHours(1);

    /// <summary>Shortest pause between two batches.</summary>
    internal static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest pause between two batches: a database that is always busy is swept all the same.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Pause after a batch: twice the time that it took, for a batch waits behind the commits before it. On a quiet database a table loses some 8,000 rows a
    /// second, on the busiest some 1,500, where commits wait too.
    /// </summary>
    internal static TimeSpan PauseAfter(TimeSpan took)
    {
        var pause = took * 2;
        return pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
    }
}
