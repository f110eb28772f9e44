using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Idempotency keys, caps of numbers and state rows of one batch, and who won.</summary>
/// <param name="items">Sorted by table and key; no row, no idempotency key and no number twice.</param>
/// <param name="tables">Numbers of state names.</param>
internal sealed class HotServerStates(IReadOnlyList<StateItem> items, IReadOnlyDictionary<string, int> tables)
{
    private readonly HashSet<string> _keysWon = new(StringComparer.Ordinal);
    private readonly HashSet<StateItem> _capped = [];
    private readonly HashSet<int> _won = [];
    private readonly Dictionary<(int Table, string Key), int> _inserted = [];

    public void AddKeyCalls(List<ServerCall> calls)
    {
        List<UniqueKeyRow> rows = [.. items.SelectMany(KeysOf)];
        if (rows.Count == 0)
        {
            return;
        }

        rows.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        calls.Add(new ServerCall(
            ServerStatement.AddUniqueKeys,
            row => _keysWon.Add(Text(row.Bytes(0))),
            ServerArgument.Of("key", rows.ConvertAll(row => row.Key)),
            ServerArgument.Of("fingerprint", rows.ConvertAll(row => row.Fingerprint)),
            ServerArgument.Of("answer", rows.ConvertAll(row => row.Answer)),
            ServerArgument.Of("expires_at", rows.ConvertAll(row => row.ExpiresAt.UtcTicks)),
            ServerArgument.OfNullable("alias", rows.ConvertAll(row => row.Alias.IsNone ? null : HotIds.VerificationsOf(row.Alias).First))));
    }

    /// <summary>Holds the numbers that are counted, then judges their caps: nobody else counts them before this transaction ends.</summary>
    public void AddGuardCalls(List<ServerCall> calls)
    {
        List<(StateItem Item, GuardCountRow Row)> guards = [.. items.SelectMany(item => item.Commit.SideRows.OfType<GuardCountRow>().Select(row => (item, row)))];
        if (guards.Count == 0)
        {
            return;
        }

        guards.Sort(static (a, b) => a.Row.GuardKey.AsSpan().SequenceCompareTo(b.Row.GuardKey));
        var keys = ServerArgument.Of("guard_key", guards.ConvertAll(guard => guard.Row.GuardKey));
        calls.Add(new ServerCall(ServerStatement.LockGuards, null, keys, ServerArgument.Of("at", guards.ConvertAll(guard => guard.Row.At.UtcTicks))));
        calls.Add(new ServerCall(
            ServerStatement.FindCapped,
            row => _capped.Add(guards[row.GetInt32(0)].Item),
            ServerArgument.Of("n", guards.Select((_, n) => n).ToList()),
            keys,
            ServerArgument.Of("send_id", guards.ConvertAll(guard => guard.Row.SendId)),
            ServerArgument.Of("hour", guards.ConvertAll(guard => guard.Row.HourAgo.UtcTicks)),
            ServerArgument.Of("day", guards.ConvertAll(guard => guard.Row.DayAgo.UtcTicks)),
            ServerArgument.Of("hour_cap", guards.ConvertAll(guard => guard.Row.Caps.PerHour)),
            ServerArgument.Of("day_cap", guards.ConvertAll(guard => guard.Row.Caps.PerDay))));
    }

    /// <summary>Whether an item's keys were all free and its number is below its caps. Known after both of the above have run.</summary>
    public bool MayWrite(StateItem item) => HasKeys(item) && !_capped.Contains(item);

    /// <summary>Statements for the items that pass.</summary>
    public void AddStateCalls(List<ServerCall> calls, Func<StateItem, bool> passes)
    {
        var chosen = Enumerable.Range(0, items.Count).Where(n => passes(items[n])).ToList();
        var updates = chosen.FindAll(n => items[n].Commit is { Payload: not null, ExpectedVersion: > 0 });
        var inserts = chosen.FindAll(n => items[n].Commit is { Payload: not null, ExpectedVersion: 0 });
        var deletes = chosen.FindAll(n => items[n].Commit is { Payload: null, ExpectedVersion: > 0 });
        var absent = chosen.FindAll(n => items[n].Commit is { Payload: null, ExpectedVersion: 0 });
        if (updates.Count > 0)
        {
            calls.Add(new ServerCall(ServerStatement.UpdateStates, row => _won.Add(row.GetInt32(0)), Numbers(updates), Tables(updates), Keys(updates), Payloads(updates), Versions(updates)));
        }

        if (inserts.Count > 0)
        {
            inserts.ForEach(n => _inserted[(tables[items[n].Commit.Table], Text(HotReads.KeyOf(items[n].Commit.Key)))] = n);
            calls.Add(new ServerCall(
                ServerStatement.InsertStates, row => _won.Add(_inserted[(row.GetInt32(0), Text(row.Bytes(1)))]), Tables(inserts), Keys(inserts), Payloads(inserts)));
        }

        if (deletes.Count > 0)
        {
            calls.Add(new ServerCall(ServerStatement.DeleteStates, row => _won.Add(row.GetInt32(0)), Numbers(deletes), Tables(deletes), Keys(deletes), Versions(deletes)));
        }

        if (absent.Count > 0)
        {
            // Not locked: such a commit writes no state, so there is nothing that a row which comes in the next moment could contradict.
            absent.ForEach(n => _won.Add(n));
            calls.Add(new ServerCall(ServerStatement.FindExisting, row => _won.Remove(row.GetInt32(0)), Numbers(absent), Tables(absent), Keys(absent)));
        }
    }

    /// <summary>How each item ended. Known after all have run.</summary>
    public bool Judge()
    {
        for (var n = 0; n < items.Count; n++)
        {
            items[n].Status = !HasKeys(items[n]) ? CommitStatus.UniqueKeyTaken
                : _capped.Contains(items[n]) ? CommitStatus.NumberAtCap
                : _won.Contains(n) ? CommitStatus.Committed
                : CommitStatus.VersionConflict;
        }

        return items.All(item => item.Status == CommitStatus.Committed);
    }

    /// <summary>Takes back the keys that losers got.</summary>
    public void AddDropCalls(List<ServerCall> calls)
    {
        List<byte[]> keys = [.. items.Where(item => item.Status != CommitStatus.Committed).SelectMany(KeysOf).Select(row => row.Key).Where(key => _keysWon.Contains(Text(key)))];
        if (keys.Count > 0)
        {
            calls.Add(new ServerCall(ServerStatement.DropUniqueKeys, null, ServerArgument.Of("key", keys)));
        }
    }

    private bool HasKeys(StateItem item) => KeysOf(item).All(row => _keysWon.Contains(Text(row.Key)));

    private static IEnumerable<UniqueKeyRow> KeysOf(StateItem item) => item.Commit.SideRows.OfType<UniqueKeyRow>();

    private static string Text(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);

    private static ServerArgument Numbers(List<int> chosen) => ServerArgument.Of("n", chosen);

    private ServerArgument Tables(List<int> chosen) => ServerArgument.Of("table_id", chosen.ConvertAll(n => tables[items[n].Commit.Table]));

    private ServerArgument Keys(List<int> chosen) => ServerArgument.Of("key", chosen.ConvertAll(n => HotReads.KeyOf(items[n].Commit.Key)));

    private ServerArgument Payloads(List<int> chosen) => ServerArgument.Of("payload", chosen.ConvertAll(n => items[n].Commit.Payload ?? []));

    private ServerArgument Versions(List<int> chosen) => ServerArgument.Of("version", chosen.ConvertAll(n => items[n].Commit.ExpectedVersion));
}
