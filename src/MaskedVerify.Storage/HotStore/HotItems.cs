using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>A grain's commit.</summary>
internal sealed class HotCommitItem(HotCommit commit)
    : SqliteItem<HotWriter, CommitResult>(new RowName(commit.Table, commit.Key), (commit.Payload?.Length ?? 0) + (commit.SideRows.Count * 160))
{
    private CommitStatus _status;

    public override void Prepare(HotWriter session) => session.NameTable(commit.Table);

    public override void Run(HotWriter session)
    {
        _status = session.SideRows.AnyKeyTaken(commit.SideRows) ? CommitStatus.UniqueKeyTaken
            : session.SideRows.AnyNumberAtCap(commit.SideRows) ? CommitStatus.NumberAtCap
            : session.WriteState(commit) ? CommitStatus.Committed
            : CommitStatus.VersionConflict;
        if (_status == CommitStatus.Committed)
        {
            session.SideRows.Write(commit.SideRows);
        }
    }

    public override bool? WasWritten(HotWriter session)
    {
        if (_status != CommitStatus.Committed || (commit.Payload is null && commit.ExpectedVersion == 0))
        {
            return null;
        }

        var version = session.ReadVersion(commit.Table, commit.Key);
        return version == commit.ExpectedVersion ? false
            : version == (commit.Payload is null ? 0 : commit.ExpectedVersion + 1) ? true
            : null;
    }

    public override void CompleteUnknown(Exception reason) => EndWith(new CommitResult(CommitStatus.Unknown, 0));

    protected override CommitResult Answer() =>
        new(_status, _status == CommitStatus.Committed && commit.Payload is not null ? commit.ExpectedVersion + 1 : 0);
}

/// <summary>Takes overdue steps.</summary>
internal sealed class ClaimDueItem(DateTimeOffset now, DateTimeOffset hideUntil, int max)
    : SqliteItem<HotWriter, IReadOnlyList<DueRow>>(new RowName("~due", string.Empty), 0)
{
    private List<DueRow> _claimed = [];

    public override void Run(HotWriter session) => _claimed = session.Upkeep.ClaimDue(now, hideUntil, max);

    protected override IReadOnlyList<DueRow> Answer() => _claimed;
}

/// <summary>Stores a delivery receipt.</summary>
internal sealed class ReceiptItem(ParkedReceipt receipt)
    : SqliteItem<HotWriter, ReceiptMatch?>(ReportItem.NameOf(receipt.Carrier, receipt.MessageId), 200)
{
    private ReceiptRecord? _stored;

    public override void Run(HotWriter session) => _stored = session.SideRows.Receipts.Report(receipt);

    protected override ReceiptMatch? Answer() => _stored?.Match(receipt);
}

/// <summary>Removes what is past its window.</summary>
internal sealed class SweepItem(DateTimeOffset now, int max) : SqliteItem<HotWriter, int>(new RowName("~sweep", string.Empty), 0)
{
    private int _removed;

    public override void Run(HotWriter session) => _removed = session.Upkeep.Sweep(now, max);

    protected override int Answer() => _removed;
}

/// <summary>Moves audit events into the log. Its name sorts behind those of commits, so it also takes what its own transaction brought.</summary>
internal sealed class DrainAuditItem(int max) : SqliteItem<HotWriter, int>(new RowName("~~audit", string.Empty), 0)
{
    private int _moved;

    public override void Run(HotWriter session) => _moved = session.Audits.Drain(max);

    protected override int Answer() => _moved;
}
