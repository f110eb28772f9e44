using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Writes the receipts table on the writing connection.</summary>
internal sealed class HotReceipts(
    HotWriter writer, SqliteStatement insert, SqliteStatement select, SqliteStatement update, SqliteStatement late, SqliteStatement updateLate)
{
    public const string Insert = """
        INSERT INTO receipts
        (carrier, message_id, verification, alias_tag, attempt, state, reason, at, applied, pending, expires_at, submitted_at, waiting_state, waiting_reason, waiting_at, other_ids)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) ON CONFLICT (carrier, message_id) DO NOTHING
        """;

    public const string Select = """
        SELECT verification, alias_tag, attempt, state, reason, at, applied, expires_at, submitted_at, waiting_state, waiting_reason, waiting_at, other_ids
        FROM receipts WHERE carrier = ?1 AND message_id = ?2
        """;

    public const string Update = """
        UPDATE receipts SET verification = ?3, alias_tag = ?4, attempt = ?5, state = ?6, reason = ?7, at = ?8, applied = ?9, pending = ?10, expires_at = ?11,
            submitted_at = ?12, waiting_state = ?13, waiting_reason = ?14, waiting_at = ?15, other_ids = ?16
        WHERE carrier = ?1 AND message_id = ?2
        """;

    public const string Late = "SELECT late FROM outcomes WHERE verification = ?1";

    public const string UpdateLate = "UPDATE outcomes SET late = ?2 WHERE verification = ?1";

    /// <summary>Says whose a message id is. True: something was there before, perhaps a receipt (<see cref="GiveToOutcome"/>).</summary>
    public bool Map(ReceiptMapRow row)
    {
        var verification = new byte[HotIds.VerificationLength];
        var tag = new byte[HotIds.AliasTagLength];
        HotIds.Write(row.Verification, row.Alias, verification);
        HotIds.WriteTag(row.Alias, tag);
        var (submittedAt, expiresAt) = (row.SubmittedAt.UtcTicks, row.ExpiresAt.UtcTicks);
        if (Write(insert, row.Carrier, row.MessageId, ReceiptRecord.Of(verification, tag, row.Attempt, submittedAt, expiresAt)) == 1)
        {
            return false;
        }

        Change(row.Carrier, row.MessageId, known => known.Map(verification, tag, row.Attempt, submittedAt, expiresAt));
        return true;
    }

    /// <summary>Gives a receipt that came before its id to the outcome, if that is written. At the end of a commit, whose rows may have both.</summary>
    public void GiveToOutcome(ReceiptMapRow row) => Change(row.Carrier, row.MessageId, TakenByOutcome);

    public ReceiptRecord Report(ParkedReceipt receipt)
    {
        var added = ReceiptRecord.Of(receipt);
        return Write(insert, receipt.Carrier, receipt.MessageId, added) == 1
            ? added
            : Change(receipt.Carrier, receipt.MessageId, known => TakenByOutcome(known.Report(receipt))) ?? added;
    }

    public void Apply(ReceiptAppliedRow row) =>
        Change(row.Carrier, row.MessageId, known => known.Apply(HotReads.IdOf(row.Verification), row.Attempt, row.State));

    /// <summary>The record, applied if its verification has ended: then the outcome takes it.</summary>
    private ReceiptRecord TakenByOutcome(ReceiptRecord record)
    {
        if (!record.Pending || record.OtherIds is not null || record.Verification is not { } verification || record.State is not { } state
            || LateReceipts.Entry(record.Attempt, state, record.Reason) is not { } entry || !late.Bind(1, verification).Read())
        {
            return record;
        }

        byte[] all = late.IsNull(0) ? entry : [.. late.Span(0), .. entry];
        late.Reset();
        writer.Write(updateLate.Bind(1, verification).Bind(2, all));
        return record.Apply(verification, record.Attempt, state);
    }

    private ReceiptRecord? Change(CarrierId carrier, string messageId, Func<ReceiptRecord, ReceiptRecord> change)
    {
        if (Read(carrier, messageId) is not { } known)
        {
            return null;
        }

        var next = change(known);
        if (next != known)
        {
            Write(update, carrier, messageId, next);
        }

        return next;
    }

    private ReceiptRecord? Read(CarrierId carrier, string messageId)
    {
        if (!select.Bind(1, carrier.Value).Bind(2, messageId).Read())
        {
            return null;
        }

        var found = new ReceiptRecord(
            select.IsNull(0) ? null : select.Bytes(0),
            select.IsNull(1) ? null : select.Bytes(1),
            select.Int32(2),
            select.IsNull(3) ? null : (AttemptStatus)select.Int32(3),
            select.IsNull(4) ? null : select.Text(4),
            select.Int64(5),
            select.IsNull(6) ? null : (AttemptStatus)select.Int32(6),
            select.Int64(7))
        {
            SubmittedAt = select.IsNull(8) ? null : select.Int64(8),
            OtherIds = select.IsNull(12) ? null : select.Text(12),
            Waiting = select.IsNull(9) ? null : new WaitingReceipt((AttemptStatus)select.Int32(9), select.IsNull(10) ? null : select.Text(10), select.Int64(11)),
        };
        select.Reset();
        return found;
    }

    private int Write(SqliteStatement statement, CarrierId carrier, string messageId, ReceiptRecord row)
    {
        statement.Bind(1, carrier.Value).Bind(2, messageId);
        _ = row.Verification is null ? statement.BindNull(3).BindNull(4).BindNull(5)
            : statement.Bind(3, row.Verification).Bind(4, row.AliasTag).Bind(5, row.Attempt);
        _ = row.State is null ? statement.BindNull(6).BindNull(7).BindNull(8)
            : statement.Bind(6, (int)row.State).Bind(7, row.Reason).Bind(8, row.At);
        _ = row.Applied is null ? statement.BindNull(9) : statement.Bind(9, (int)row.Applied);
        _ = row.SubmittedAt is { } submittedAt ? statement.Bind(12, submittedAt) : statement.BindNull(12);
        _ = row.Waiting is { } waiting ? statement.Bind(13, (int)waiting.State).Bind(14, waiting.Reason).Bind(15, waiting.At)
            : statement.BindNull(13).BindNull(14).BindNull(15);
        return writer.Write(statement.Bind(10, row.Pending ? 1 : 0).Bind(11, row.ExpiresAt).Bind(16, row.OtherIds));
    }
}
