using System.Data.Common;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Statements of the server engines that read the hot store.</summary>
internal static class HotReads
{
    public static ServerCall States(IReadOnlyList<(string Table, string Key)> rows, Action<int, HotRow> found)
    {
        List<string> tables = new(rows.Count);
        List<byte[]> keys = new(rows.Count);
        List<int> numbers = new(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            tables.Add(rows[i].Table);
            keys.Add(KeyOf(rows[i].Key));
            numbers.Add(i);
        }

        return new ServerCall(
            ServerStatement.ReadStates,
            row => found(row.GetInt32(0), new HotRow(row.GetInt64(1), row.Bytes(2))),
            ServerArgument.Of("name", tables), ServerArgument.Of("key", keys), ServerArgument.Of("n", numbers));
    }

    public static ServerCall UniqueKeys(List<byte[]> keys, Action<UniqueKeyRow> found) => new(
        ServerStatement.ReadUniqueKeys,
        row => found(new UniqueKeyRow(row.Bytes(0), row.Bytes(1), row.Bytes(2), row.Time(3))),
        ServerArgument.Of("key", keys));

    public static ServerCall Outcomes(List<byte[]> verifications, Action<OutcomeRow> found) => new(
        ServerStatement.ReadOutcomes,
        row =>
        {
            var id = row.Bytes(0);
            found(new OutcomeRow(HotIds.ReadVerification(id), HotIds.ReadAlias(id, row.Bytes(1)), row.Bytes(2), row.Time(3))
            {
                Late = row.IsDBNull(4) ? [] : LateReceipts.Read(row.Bytes(4)),
            });
        },
        ServerArgument.Of("verification", verifications));

    public static ServerCall Unapplied(int most, Action<ReceiptMatch> found) => new(
        ServerStatement.FindUnapplied,
        row =>
        {
            var receipt = new ParkedReceipt(
                CarrierId.Parse(row.GetString(0)), row.GetString(1), (AttemptStatus)row.GetInt32(2), row.IsDBNull(3) ? null : row.GetString(3), row.Time(4), row.Time(5))
            {
                OtherIds = ReceiptRecord.SplitIds(row.IsDBNull(9) ? null : row.GetString(9)),
            };
            var verification = row.Bytes(6);
            found(new ReceiptMatch(receipt, HotIds.ReadAlias(verification, row.Bytes(7)), HotIds.ReadVerification(verification), row.GetInt32(8)));
        },
        ServerArgument.Of("most", most));

    public static ServerCall Maps(CarrierId carrier, IReadOnlyList<string> messageIds, Action<ReceiptMapRow> found) => new(
        ServerStatement.FindMaps,
        row =>
        {
            var verification = row.Bytes(1);
            found(new ReceiptMapRow(
                carrier, row.GetString(0), HotIds.ReadAlias(verification, row.Bytes(2)), HotIds.ReadVerification(verification), row.GetInt32(3), row.Time(4), row.Time(5)));
        },
        ServerArgument.Of("carrier", messageIds.Select(_ => carrier.Value).ToList()),
        ServerArgument.Of("message_id", messageIds.ToList()));

    public static ServerCall Claim(DateTimeOffset now, DateTimeOffset hideUntil, int most, Action<DueRow> found) => new(
        ServerStatement.ClaimDues,
        row =>
        {
            var verification = row.Bytes(0);
            found(new DueRow(HotIds.ReadVerification(verification), HotIds.ReadAlias(verification, row.Bytes(1)), row.Time(2)));
        },
        ServerArgument.Of("now", now.UtcTicks), ServerArgument.Of("hidden", hideUntil.UtcTicks), ServerArgument.Of("most", most));

    /// <summary>A grain key as it is stored.</summary>
    public static byte[] KeyOf(string key)
    {
        Span<byte> room = stackalloc byte[HotIds.KeyRoom(key)];
        return room[..HotIds.WriteKey(key, room)].ToArray();
    }

    /// <summary>A verification as it is stored.</summary>
    public static byte[] IdOf(VerificationId verification)
    {
        var id = new byte[HotIds.VerificationLength];
        HotIds.Write(verification, id);
        return id;
    }

    /// <summary>An alias's tag as it is stored.</summary>
    public static byte[] TagOf(AliasId alias)
    {
        var tag = new byte[HotIds.AliasTagLength];
        HotIds.WriteTag(alias, tag);
        return tag;
    }

    public static byte[] Bytes(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static DateTimeOffset Time(this DbDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);
}
