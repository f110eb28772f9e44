using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>The side rows of one batch, one statement per table. Where two rows of a batch have one key, the later one stands, as if they came one by one.</summary>
internal sealed class HotServerSideRows
{
    private static readonly ServerStatement[] s_erasures = [ServerStatement.EraseOutcomes, ServerStatement.EraseDues, ServerStatement.EraseReceipts];

    private readonly Dictionary<string, KeptRow> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<VerificationId, OutcomeRow> _outcomes = [];
    private readonly Dictionary<VerificationId, DueRow?> _dues = [];
    private readonly Dictionary<(string, string), GuardCountRow> _guards = [];
    private readonly List<GuardReturnRow> _guardReturns = [];
    private readonly List<AuditRow> _audits = [];
    private readonly List<AliasId> _erased = [];

    public HotServerReceipts Receipts { get; } = new();

    public void Add(IReadOnlyList<SideRow> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            switch (rows[i])
            {
                case UniqueKeyRow:
                    break;
                case KeptRow kept:
                    _kept[Convert.ToHexString(kept.Key)] = kept;
                    break;
                case AliasErasedRow erased:
                    _erased.Add(erased.Alias);
                    break;
                case OutcomeRow outcome:
                    _outcomes[outcome.Verification] = outcome;
                    break;
                case GuardCountRow guard:
                    _guards.TryAdd((Convert.ToBase64String(guard.GuardKey), Convert.ToBase64String(guard.SendId)), guard);
                    break;
                case GuardReturnRow back:
                    _guardReturns.Add(back);
                    break;
                case ReceiptMapRow map:
                    Receipts.Map(map);
                    break;
                case ReceiptAppliedRow applied:
                    Receipts.Apply(applied);
                    break;
                case DueRow due:
                    _dues[due.Verification] = due;
                    break;
                case DueDoneRow done:
                    _dues[done.Verification] = null;
                    break;
                case AuditRow audit:
                    _audits.Add(audit);
                    break;
                default:
                    throw new NotSupportedException($"The store has no table for {rows[i].GetType().Name}.");
            }
        }
    }

    /// <summary>Adds the statements, sorted by key so that every silo takes its locks in one order.</summary>
    public void AddCalls(List<ServerCall> calls)
    {
        _erased.ForEach(alias => AddErasure(calls, alias));
        AddKept(calls);
        AddOutcomes(calls);
        AddGuards(calls);
        AddGuardReturns(calls);
        AddDues(calls);
        if (_audits.Count > 0)
        {
            calls.Add(new ServerCall(
                ServerStatement.AddAudits, null,
                ServerArgument.Of("event_id", _audits.ConvertAll(row => row.EventId)),
                ServerArgument.Of("tenant", _audits.ConvertAll(row => row.Tenant.Value)),
                ServerArgument.Of("payload", _audits.ConvertAll(row => row.Payload)),
                ServerArgument.Of("at", _audits.ConvertAll(row => row.At.UtcTicks))));
        }
    }

    private void AddKept(List<ServerCall> calls)
    {
        if (_kept.Count == 0)
        {
            return;
        }

        List<(byte[] Id, KeptRow Row)> rows = Sorted(_kept.Values, row => row.Key);
        calls.Add(new ServerCall(
            ServerStatement.PutKept, null,
            ServerArgument.Of("key", rows.ConvertAll(row => row.Id)),
            ServerArgument.Of("answer", rows.ConvertAll(row => row.Row.Payload)),
            ServerArgument.Of("expires_at", rows.ConvertAll(row => row.Row.ExpiresAt.UtcTicks))));
    }

    private static void AddErasure(List<ServerCall> calls, AliasId alias)
    {
        var (first, last) = HotIds.VerificationsOf(alias);
        foreach (var statement in s_erasures)
        {
            calls.Add(new ServerCall(statement, null, ServerArgument.Of("first", first), ServerArgument.Of("last", last)));
        }

        calls.Add(new ServerCall(ServerStatement.EmptyAnswers, null, ServerArgument.Of("alias", first)));
    }

    private void AddOutcomes(List<ServerCall> calls)
    {
        if (_outcomes.Count == 0)
        {
            return;
        }

        List<(byte[] Id, OutcomeRow Row)> rows = Sorted(_outcomes.Values, row => HotReads.IdOf(row.Verification));
        calls.Add(new ServerCall(
            ServerStatement.PutOutcomes, null,
            ServerArgument.Of("verification", rows.ConvertAll(row => row.Id)),
            ServerArgument.Of("alias_tag", rows.ConvertAll(row => HotReads.TagOf(row.Row.Alias))),
            ServerArgument.Of("payload", rows.ConvertAll(row => row.Row.Payload)),
            ServerArgument.Of("expires_at", rows.ConvertAll(row => row.Row.ExpiresAt.UtcTicks))));
    }

    private void AddGuards(List<ServerCall> calls)
    {
        if (_guards.Count == 0)
        {
            return;
        }

        List<(byte[] Id, GuardCountRow Row)> rows = Sorted(_guards.Values, row => [.. row.GuardKey, .. row.SendId]);
        calls.Add(new ServerCall(
            ServerStatement.AddGuards, null,
            ServerArgument.Of("guard_key", rows.ConvertAll(row => row.Row.GuardKey)),
            ServerArgument.Of("send_id", rows.ConvertAll(row => row.Row.SendId)),
            ServerArgument.Of("at", rows.ConvertAll(row => row.Row.At.UtcTicks))));
    }

    private void AddGuardReturns(List<ServerCall> calls)
    {
        if (_guardReturns.Count == 0)
        {
            return;
        }

        List<(byte[] Id, GuardReturnRow Row)> rows = Sorted(_guardReturns, row => [.. row.GuardKey, .. row.SendId]);
        calls.Add(new ServerCall(
            ServerStatement.ReturnGuards, null,
            ServerArgument.Of("guard_key", rows.ConvertAll(row => row.Row.GuardKey)),
            ServerArgument.Of("send_id", rows.ConvertAll(row => row.Row.SendId))));
    }

    private void AddDues(List<ServerCall> calls)
    {
        if (_dues.Count == 0)
        {
            return;
        }

        var rows = Sorted(_dues, row => HotReads.IdOf(row.Key));
        var put = rows.FindAll(row => row.Row.Value is not null);
        var dropped = rows.FindAll(row => row.Row.Value is null);
        if (put.Count > 0)
        {
            List<DueRow> dues = [.. put.Select(row => row.Row.Value).OfType<DueRow>()];
            calls.Add(new ServerCall(
                ServerStatement.PutDues, null,
                ServerArgument.Of("verification", put.ConvertAll(row => row.Id)),
                ServerArgument.Of("alias_tag", dues.ConvertAll(due => HotReads.TagOf(due.Alias))),
                ServerArgument.Of("due_at", dues.ConvertAll(due => due.DueAt.UtcTicks))));
        }

        if (dropped.Count > 0)
        {
            calls.Add(new ServerCall(ServerStatement.DropDues, null, ServerArgument.Of("verification", dropped.ConvertAll(row => row.Id))));
        }
    }

    private static List<(byte[] Id, T Row)> Sorted<T>(IEnumerable<T> rows, Func<T, byte[]> id)
    {
        List<(byte[] Id, T Row)> sorted = [.. rows.Select(row => (id(row), row))];
        sorted.Sort(static (a, b) => a.Id.AsSpan().SequenceCompareTo(b.Id));
        return sorted;
    }
}
