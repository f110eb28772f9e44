using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>
/// The receipts of one batch. A row moves by the rules of <see cref="ReceiptRecord"/>, so it is locked, changed here and written back; what is usually new
/// is inserted first instead, and locked only if it was there. A receipt of an ended verification goes to its outcome, which takes a round between. Two to four
/// rounds, the first one together with the batch's other statements.
/// </summary>
internal sealed class HotServerReceipts
{
    private const int MostRounds = 8;

    private readonly SortedDictionary<RowName, Entry> _entries = new(Comparer<RowName>.Create(static (a, b) => a.Compare(b)));
    private readonly List<Entry> _adding = [];
    private readonly List<Entry> _locking = [];
    private readonly List<Entry> _ending = [];
    private readonly List<Entry> _changing = [];
    private bool _begun;

    public void Map(ReceiptMapRow row)
    {
        var verification = HotReads.IdOf(row.Verification);
        var tag = HotReads.TagOf(row.Alias);
        var (submittedAt, expiresAt) = (row.SubmittedAt.UtcTicks, row.ExpiresAt.UtcTicks);
        var entry = EntryOf(row.Carrier, row.MessageId);
        entry.UsuallyNew |= entry.Steps.Count == 0;
        entry.MayEnd = true;
        entry.Steps.Add(known =>
            known?.Map(verification, tag, row.Attempt, submittedAt, expiresAt) ?? ReceiptRecord.Of(verification, tag, row.Attempt, submittedAt, expiresAt));
    }

    public void Report(ReportItem item)
    {
        var entry = EntryOf(item.Receipt.Carrier, item.Receipt.MessageId);
        entry.Reports.Add(item);
        entry.MayEnd = true;
        entry.Steps.Add(known => item.Stored = known?.Report(item.Receipt) ?? ReceiptRecord.Of(item.Receipt));
    }

    public void Apply(ReceiptAppliedRow row)
    {
        var verification = HotReads.IdOf(row.Verification);
        EntryOf(row.Carrier, row.MessageId).Steps.Add(known => known?.Apply(verification, row.Attempt, row.State));
    }

    /// <summary>Adds the statements of the next round; false when there is none.</summary>
    public bool Next(List<ServerCall> calls)
    {
        if (!_begun)
        {
            _begun = true;
            foreach (var entry in _entries.Values)
            {
                (entry.UsuallyNew ? _adding : _locking).Add(entry);
            }
        }

        var (adding, locking, ending, changing) = (Taken(_adding), Taken(_locking), Taken(_ending), Taken(_changing));
        foreach (var entry in adding)
        {
            entry.Next = entry.Run(null);
            entry.IsThere = entry.Next is null;
        }

        Write(calls, ServerStatement.AddReceipts, adding.FindAll(entry => !entry.IsThere));
        Lock(calls, locking);
        GiveToOutcomes(calls, ending);
        Write(calls, ServerStatement.ChangeReceipts, changing);
        return adding.Count + locking.Count + ending.Count + changing.Count > 0;
    }

    /// <summary>Looks at what the round found.</summary>
    /// <exception cref="TimeoutException">Other transactions add and remove the same rows all the time.</exception>
    public void RoundEnded(int round)
    {
        if (round > MostRounds)
        {
            throw new TimeoutException("Receipt rows came and went while they were being locked.");
        }

        foreach (var entry in _entries.Values)
        {
            if (entry.Step == Step.Add && !entry.IsThere)
            {
                _locking.Add(entry);
            }
            else if (entry.Step == Step.Lock && entry.Known is null)
            {
                _adding.Add(entry);
            }
            else if (entry.Step == Step.Lock && entry.Run(entry.Known) is { } next)
            {
                // One that changes nothing may still be the first since the verification ended.
                entry.Next = next;
                if (entry.MayEnd && next.Pending)
                    _ending.Add(entry);
                else if (next != entry.Known)
                    _changing.Add(entry);
            }
            else if (entry.Step == Step.End && entry.Next != entry.Known)
            {
                _changing.Add(entry);
            }

            entry.Step = Step.None;
        }
    }

    private static List<Entry> Taken(List<Entry> list)
    {
        List<Entry> taken = [.. list];
        list.Clear();
        return taken;
    }

    private static void Write(List<ServerCall> calls, ServerStatement statement, List<Entry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var adding = statement == ServerStatement.AddReceipts;
        var byName = adding ? entries.ToDictionary(entry => (entry.Carrier, entry.MessageId)) : null;
        entries.ForEach(entry => entry.Step = adding ? Step.Add : Step.None);
        List<ReceiptRecord> rows = [.. entries.Select(entry => entry.Next).OfType<ReceiptRecord>()];
        calls.Add(new ServerCall(
            statement,
            byName is null ? null : row => byName[(row.GetString(0), row.GetString(1))].IsThere = true,
            ServerArgument.Of("carrier", entries.ConvertAll(entry => entry.Carrier)),
            ServerArgument.Of("message_id", entries.ConvertAll(entry => entry.MessageId)),
            ServerArgument.OfNullable("verification", rows.ConvertAll(row => row.Verification)),
            ServerArgument.OfNullable("alias_tag", rows.ConvertAll(row => row.AliasTag)),
            ServerArgument.Of("attempt", rows.ConvertAll(row => row.Verification is null ? null : (int?)row.Attempt)),
            ServerArgument.Of("state", rows.ConvertAll(row => (int?)row.State)),
            ServerArgument.OfNullable("reason", rows.ConvertAll(row => row.Reason)),
            ServerArgument.Of("at", rows.ConvertAll(row => row.State is null ? null : (long?)row.At)),
            ServerArgument.Of("applied", rows.ConvertAll(row => (int?)row.Applied)),
            ServerArgument.Of("pending", rows.ConvertAll(row => row.Pending ? 1 : 0)),
            ServerArgument.Of("expires_at", rows.ConvertAll(row => row.ExpiresAt)),
            ServerArgument.Of("submitted_at", rows.ConvertAll(row => row.SubmittedAt)),
            ServerArgument.Of("waiting_state", rows.ConvertAll(row => (int?)row.Waiting?.State)),
            ServerArgument.OfNullable("waiting_reason", rows.ConvertAll(row => row.Waiting?.Reason)),
            ServerArgument.Of("waiting_at", rows.ConvertAll(row => row.Waiting?.At)),
            ServerArgument.OfNullable("other_ids", rows.ConvertAll(row => row.OtherIds))));
    }

    /// <summary>
    /// Outcomes that another transaction holds are left out, for it may wait for one of these receipts; those are applied by the grain. So are those of
    /// verifications that have not ended.
    /// </summary>
    private static void GiveToOutcomes(List<ServerCall> calls, List<Entry> entries)
    {
        var late = new SortedDictionary<byte[], List<(Entry Entry, byte[] Late)>>(Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));
        foreach (var entry in entries)
        {
            entry.Step = Step.End;
            if (entry.Next is { Verification: { } verification, State: { } state, OtherIds: null } next && LateReceipts.Entry(next.Attempt, state, next.Reason) is { } bytes)
            {
                if (!late.TryGetValue(verification, out var same))
                {
                    late.Add(verification, same = []);
                }

                same.Add((entry, bytes));
            }
        }

        if (late.Count > 0)
        {
            calls.Add(new ServerCall(
                ServerStatement.AddLate,
                row => late[row.Bytes(0)].ForEach(taken => taken.Entry.Take()),
                ServerArgument.Of("verification", late.Keys.ToList()),
                ServerArgument.Of("late", late.Values.Select(same => same.SelectMany(one => one.Late).ToArray()).ToList())));
        }
    }

    private static void Lock(List<ServerCall> calls, List<Entry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var byName = entries.ToDictionary(entry => (entry.Carrier, entry.MessageId));
        entries.ForEach(entry => (entry.Step, entry.Known) = (Step.Lock, null));
        calls.Add(new ServerCall(
            ServerStatement.LockReceipts,
            row => byName[(row.GetString(0), row.GetString(1))].Known = new ReceiptRecord(
                row.IsDBNull(2) ? null : row.Bytes(2),
                row.IsDBNull(3) ? null : row.Bytes(3),
                row.IsDBNull(4) ? 0 : row.GetInt32(4),
                row.IsDBNull(5) ? null : (AttemptStatus)row.GetInt32(5),
                row.IsDBNull(6) ? null : row.GetString(6),
                row.IsDBNull(7) ? 0 : row.GetInt64(7),
                row.IsDBNull(8) ? null : (AttemptStatus)row.GetInt32(8),
                row.GetInt64(9))
            {
                SubmittedAt = row.IsDBNull(10) ? null : row.GetInt64(10),
                OtherIds = row.IsDBNull(14) ? null : row.GetString(14),
                Waiting = row.IsDBNull(11) ? null : new WaitingReceipt((AttemptStatus)row.GetInt32(11), row.IsDBNull(12) ? null : row.GetString(12), row.GetInt64(13)),
            },
            ServerArgument.Of("carrier", entries.ConvertAll(entry => entry.Carrier)),
            ServerArgument.Of("message_id", entries.ConvertAll(entry => entry.MessageId))));
    }

    private Entry EntryOf(CarrierId carrier, string messageId)
    {
        var name = ReportItem.NameOf(carrier, messageId);
        if (!_entries.TryGetValue(name, out var entry))
        {
            _entries.Add(name, entry = new Entry(carrier.Value, messageId));
        }

        return entry;
    }

    private enum Step
    {
        None,
        Add,
        Lock,
        End,
    }

    private sealed class Entry(string carrier, string messageId)
    {
        public string Carrier { get; } = carrier;

        public string MessageId { get; } = messageId;

        public List<Func<ReceiptRecord?, ReceiptRecord?>> Steps { get; } = [];

        public List<ReportItem> Reports { get; } = [];

        /// <summary>Whether there is news for an outcome: a receipt, or whose it is.</summary>
        public bool MayEnd { get; set; }

        public bool UsuallyNew { get; set; }

        public Step Step { get; set; }

        public ReceiptRecord? Known { get; set; }

        public ReceiptRecord? Next { get; set; }

        public bool IsThere { get; set; }

        /// <summary>The outcome has taken the receipt: nobody else has to.</summary>
        public void Take()
        {
            if (Next is { State: { } state, Verification: { } verification } next)
            {
                Next = next.Apply(verification, next.Attempt, state);
                Reports.ForEach(report => report.Stored = report.Stored?.Apply(verification, next.Attempt, state));
            }
        }

        /// <summary>What becomes of a row, or of none.</summary>
        public ReceiptRecord? Run(ReceiptRecord? known)
        {
            foreach (var step in Steps)
            {
                known = step(known);
            }

            return known;
        }
    }
}
