using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>A state row.</summary>
internal sealed class StateRead(string table, string key) : ServerRead<(string Table, string Key), HotRow>((table, key));

/// <summary>The holder of an idempotency key.</summary>
internal sealed class UniqueKeyRead(byte[] key) : ServerRead<byte[], UniqueKeyRow>(key);

/// <summary>An outcome.</summary>
internal sealed class OutcomeRead(VerificationId verification) : ServerRead<VerificationId, OutcomeRow>(verification);

/// <summary>The counts of a number.</summary>
internal sealed class GuardRead(byte[] key, long hourAgo, long dayAgo) : ServerRead<byte[], GuardTotals>(key)
{
    public long HourAgo { get; } = hourAgo;

    public long DayAgo { get; } = dayAgo;
}

/// <summary>Counted messages.</summary>
internal sealed record GuardTotals(int Hour, int Day);

/// <summary>Turns look-ups of the hot store into one statement per kind.</summary>
internal static class HotServerReads
{
    public static List<ServerCall> Calls(List<ServerRead> reads)
    {
        List<ServerCall> calls = [];
        List<StateRead> states = [.. reads.OfType<StateRead>()];
        List<GuardRead> guards = [.. reads.OfType<GuardRead>()];
        if (states.Count > 0)
        {
            calls.Add(HotReads.States(states.ConvertAll(read => read.Key), (n, row) => states[n].Found = row));
        }

        if (guards.Count > 0)
        {
            calls.Add(new ServerCall(
                ServerStatement.ReadGuards,
                row => guards[row.GetInt32(0)].Found = new GuardTotals((int)row.GetInt64(1), (int)row.GetInt64(2)),
                ServerArgument.Of("n", guards.Select((_, n) => n).ToList()),
                ServerArgument.Of("guard_key", guards.ConvertAll(read => read.Key)),
                ServerArgument.Of("hour", guards.ConvertAll(read => read.HourAgo)),
                ServerArgument.Of("day", guards.ConvertAll(read => read.DayAgo))));
        }

        AddUniqueKeys(calls, reads);
        AddOutcomes(calls, reads);
        return calls;
    }

    private static void AddUniqueKeys(List<ServerCall> calls, List<ServerRead> reads)
    {
        var asked = reads.OfType<UniqueKeyRead>().ToLookup(read => Convert.ToHexString(read.Key), StringComparer.Ordinal);
        if (asked.Count > 0)
        {
            calls.Add(HotReads.UniqueKeys([.. asked.Select(same => same.First().Key)], row => Give(asked[Convert.ToHexString(row.Key)], row)));
        }
    }

    private static void AddOutcomes(List<ServerCall> calls, List<ServerRead> reads)
    {
        var asked = reads.OfType<OutcomeRead>().ToLookup(read => read.Key);
        if (asked.Count > 0)
        {
            calls.Add(HotReads.Outcomes([.. asked.Select(same => HotReads.IdOf(same.Key))], row => Give(asked[row.Verification], row)));
        }
    }

    private static void Give<TKey, TAnswer>(IEnumerable<ServerRead<TKey, TAnswer>> asked, TAnswer answer)
    {
        foreach (var read in asked)
        {
            read.Found = answer;
        }
    }
}
