using System.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>A grain's commit on a server engine.</summary>
internal sealed class StateItem(HotCommit commit)
    : ServerItem<CommitResult>(new RowName(commit.Table, commit.Key), (commit.Payload?.Length ?? 0) + (commit.SideRows.Count * 160))
{
    public HotCommit Commit { get; } = commit;

    /// <summary>Set by each run.</summary>
    public CommitStatus Status { get; set; }

    /// <summary>Idempotency keys, numbers and carriers' message ids: of several commits that want one, only one may be in a transaction.</summary>
    public override IReadOnlyList<RowName> Claims { get; } = ClaimsOf(commit.SideRows);

    /// <summary>A loser wrote nothing, so its answer holds whatever became of the transaction.</summary>
    public override void CompleteUnknown(Exception reason) => EndWith(Status == CommitStatus.Committed ? new CommitResult(CommitStatus.Unknown, 0) : Answer());

    /// <summary>
    /// Another silo may have written the row meanwhile, so only the old version tells something, or the very bytes that this item wrote. No row tells nothing: it
    /// may have been deleted since.
    /// </summary>
    public override async ValueTask<bool?> WasWrittenAsync(ServerSession session)
    {
        if (Status != CommitStatus.Committed || Commit.Payload is not { } payload)
        {
            return null;
        }

        HotRow? row = null;
        await session.RunAsync([HotReads.States([(Commit.Table, Commit.Key)], (_, found) => row = found)]);
        return row is null ? null
            : row.Version == Commit.ExpectedVersion ? false
            : row.Version == Commit.ExpectedVersion + 1 && payload.AsSpan().SequenceEqual(row.Payload) ? true
            : null;
    }

    protected override CommitResult Answer() =>
        new(Status, Status == CommitStatus.Committed && Commit.Payload is not null ? Commit.ExpectedVersion + 1 : 0);

    private static List<RowName> ClaimsOf(IReadOnlyList<SideRow> rows)
    {
        List<RowName> claims = [];
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] switch
            {
                UniqueKeyRow unique => new RowName("~key", Encoding.Latin1.GetString(unique.Key)),
                GuardCountRow guard => new RowName("~number", Encoding.Latin1.GetString(guard.GuardKey)),
                GuardReturnRow back => new RowName("~number", Encoding.Latin1.GetString(back.GuardKey)),
                ReceiptMapRow map => ReportItem.NameOf(map.Carrier, map.MessageId),
                ReceiptAppliedRow applied => ReportItem.NameOf(applied.Carrier, applied.MessageId),
                _ => (RowName?)null,
            } is { } claim)
            {
                claims.Add(claim);
            }
        }

        return claims;
    }
}

/// <summary>A delivery receipt on a server engine.</summary>
internal sealed class ReportItem(ParkedReceipt receipt) : ServerItem<ReceiptMatch?>(NameOf(receipt.Carrier, receipt.MessageId), 200)
{
    public ParkedReceipt Receipt { get; } = receipt;

    /// <summary>What stands in the table after the last run.</summary>
    public ReceiptRecord? Stored { get; set; }

    /// <summary>The name that keeps two items off one row of the receipts table.</summary>
    public static RowName NameOf(CarrierId carrier, string messageId) => new("~receipt", string.Concat(carrier.Value, " ", messageId));

    protected override ReceiptMatch? Answer() => Stored?.Match(Receipt);
}
