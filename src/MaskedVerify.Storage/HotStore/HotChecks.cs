using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>What a row must be like before it is queued: a mistake is the caller's exception, not a broken transaction.</summary>
internal static class HotChecks
{
    /// <summary>Longest table name in characters.</summary>
    public const int MaxTable = 64;

    /// <summary>Longest key in characters.</summary>
    public const int MaxKey = 256;

    /// <exception cref="ArgumentException">The row cannot be stored. Says which part, never its value.</exception>
    public static void Check(HotCommit commit)
    {
        CheckName(commit.Table, commit.Key);
        if (commit.ExpectedVersion < 0)
        {
            throw new ArgumentException("An expected version is not negative.", nameof(commit));
        }

        var rows = commit.SideRows;
        for (var i = 0; i < rows.Count; i++)
        {
            Check(rows[i]);
            for (var j = 0; j < i; j++)
            {
                if (rows[i] is UniqueKeyRow a && rows[j] is UniqueKeyRow b && a.Key.AsSpan().SequenceEqual(b.Key))
                {
                    throw new ArgumentException("A commit claims one idempotency key twice.", nameof(commit));
                }

                if ((rows[i], rows[j]) is (UniqueKeyRow { Alias.IsNone: false }, AliasErasedRow) or (AliasErasedRow, UniqueKeyRow { Alias.IsNone: false }))
                {
                    throw new ArgumentException("A commit that erases an alias claims no key whose answer goes with an alias.", nameof(commit));
                }

                if (rows[i] is GuardCountRow one && rows[j] is GuardCountRow other && one.GuardKey.AsSpan().SequenceEqual(other.GuardKey))
                {
                    throw new ArgumentException("A commit counts one number twice.", nameof(commit));
                }
            }
        }
    }

    /// <exception cref="ArgumentException">The name has no usable length.</exception>
    public static void CheckName(string table, string key)
    {
        if (table.Length is 0 or > MaxTable || key.Length is 0 or > MaxKey)
        {
            throw new ArgumentException($"A state name has 1 to {MaxTable} characters and a key 1 to {MaxKey}.", nameof(key));
        }
    }

    /// <exception cref="ArgumentException">The parts have no usable length.</exception>
    public static void CheckReceipt(CarrierId carrier, string messageId)
    {
        if (carrier.IsNone || messageId.Length is 0 or > 128)
        {
            throw new ArgumentException("A receipt names a carrier and a message id of 1 to 128 characters.", nameof(messageId));
        }
    }

    private static void Check(SideRow row)
    {
        switch (row)
        {
            case UniqueKeyRow unique:
                CheckLength(unique.Key, 16, 64, "An idempotency key");
                CheckLength(unique.Fingerprint, 0, 64, "A fingerprint");
                break;
            case KeptRow kept:
                CheckLength(kept.Key, 16, 64, "The key of a kept row");
                break;
            case OutcomeRow outcome:
                CheckVerification(outcome.Verification, outcome.Alias);
                break;
            case GuardCountRow guard:
                CheckLength(guard.GuardKey, 16, 64, "A guard key");
                CheckLength(guard.SendId, 1, 64, "A send id");
                if (guard.Caps is not { PerHour: > 0, PerDay: > 0 })
                {
                    throw new ArgumentException("The caps of a number are 1 or more.", nameof(row));
                }

                break;
            case GuardReturnRow back:
                CheckLength(back.GuardKey, 16, 64, "A guard key");
                CheckLength(back.SendId, 1, 64, "A send id");
                break;
            case ReceiptMapRow map:
                CheckReceipt(map.Carrier, map.MessageId);
                CheckVerification(map.Verification, map.Alias);
                break;
            case ReceiptAppliedRow applied:
                CheckReceipt(applied.Carrier, applied.MessageId);
                break;
            case DueRow due:
                CheckVerification(due.Verification, due.Alias);
                break;
            case AliasErasedRow erased when erased.Alias.IsNone:
                throw new ArgumentException("A row names no alias.", nameof(row));
            case DueDoneRow done when done.Verification.IsNone:
                throw new ArgumentException("A row names no verification.", nameof(row));
            case AuditRow audit when audit.Tenant.IsNone:
                throw new ArgumentException("An audit event names no tenant.", nameof(row));
            case AuditRow audit:
                CheckLength(audit.EventId, 1, 64, "An event id");
                break;
        }
    }

    private static void CheckLength(byte[] bytes, int least, int most, string what)
    {
        if (bytes.Length < least || bytes.Length > most)
        {
            throw new ArgumentException($"{what} has {least} to {most} bytes.", nameof(bytes));
        }
    }

    private static void CheckVerification(VerificationId verification, AliasId alias)
    {
        if (verification.IsNone || alias.IsNone || !verification.AliasRandom.SequenceEqual(alias.Random))
        {
            throw new ArgumentException("A row names no verification, or one of another alias.", nameof(verification));
        }
    }
}
