namespace MaskedVerify.Storage;

/// <summary>Which databases make a hot store, and how work is shared among them.</summary>
internal static class HotShardRules
{
    /// <summary>
    /// Compares what the databases remember with what is configured. Null: they fit. Otherwise the next step that makes a new store out of new databases: first
    /// the stamp of the first one, then the others', then the first one's completion; after each the databases are to be read again.
    /// </summary>
    /// <param name="locations">The configured databases for operators, in their order.</param>
    /// <param name="stamps">What each remembers; null for one that has never been a part of a hot store.</param>
    /// <param name="newStore">16 random bytes, used when the store is new.</param>
    /// <exception cref="SchemaMismatchException">They do not fit. Says which, and what to do.</exception>
    public static HotShardStep? Next(IReadOnlyList<string> locations, IReadOnlyList<HotShardStamp?> stamps, byte[] newStore)
    {
        var first = stamps.FirstOrDefault(stamp => stamp is not null);
        for (var shard = 0; shard < stamps.Count; shard++)
        {
            if (stamps[shard] is { } stamp && Mistake(locations, stamp, shard, first ?? stamp) is { } mistake)
            {
                throw new SchemaMismatchException(mistake);
            }
        }

        var missing = Enumerable.Range(0, stamps.Count).FirstOrDefault(shard => stamps[shard] is null, -1);
        if (stamps[0] is not { } zero)
        {
            return first is null
                ? new HotShardStep(0, new HotShardStamp(0, stamps.Count, newStore, IsComplete: stamps.Count == 1), IsChange: false)
                : throw new SchemaMismatchException(Lost(locations[0], stamps.Count));
        }

        if (missing < 0)
        {
            return zero.IsComplete ? null : new HotShardStep(0, zero with { IsComplete = true }, IsChange: true);
        }

        return zero.IsComplete
            ? throw new SchemaMismatchException(Lost(locations[missing], stamps.Count))
            : new HotShardStep(missing, new HotShardStamp(missing, stamps.Count, zero.Store, IsComplete: false), IsChange: false);
    }

    /// <summary>How many of the oldest overdue steps each database has, of at most <paramref name="max"/> in all.</summary>
    /// <param name="times">Times of overdue steps per database, oldest first.</param>
    /// <param name="max">Most of all together.</param>
    public static IReadOnlyList<int> Shares(IReadOnlyList<IReadOnlyList<DateTimeOffset>> times, int max)
    {
        var shares = new int[times.Count];
        foreach (var (_, shard) in times.SelectMany((some, shard) => some.Select(time => (time, shard))).OrderBy(one => one.time).Take(max))
        {
            shares[shard]++;
        }

        return shares;
    }

    private static string? Mistake(IReadOnlyList<string> locations, HotShardStamp stamp, int shard, HotShardStamp first)
    {
        if (stamp.Shards != locations.Count)
        {
            return $"{locations[shard]} belongs to a hot store of {Count(stamp.Shards)}, but {Count(locations.Count)} {(locations.Count == 1 ? "is" : "are")} configured. "
                + "The number cannot be changed once the store is made, for rows are placed by it: configure "
                + (stamp.Shards == 1 ? "one database (no --hot-shards, no --hot-database)." : $"{stamp.Shards} (--hot-shards {stamp.Shards}; on a server all further databases with --hot-database, in their order).");
        }

        return stamp.Shard != shard
            ? $"{locations[shard]} is database {HotPlacement.DatabaseOf(stamp.Shard)} of the hot store, but is configured as {HotPlacement.DatabaseOf(shard)}: put the databases into their order, each once."
            : !stamp.Store.AsSpan().SequenceEqual(first.Store)
                ? $"{locations[shard]} belongs to another hot store than the databases before it: configure the databases of one installation, or restore the right one."
                : null;
    }

    private static string Lost(string location, int shards) =>
        $"{location} should be one of the {shards} databases of the hot store but is empty: name the right database, or restore it from a backup. Its aliases would be lost.";

    private static string Count(int shards) => shards == 1 ? "1 database" : $"{shards} databases";
}
