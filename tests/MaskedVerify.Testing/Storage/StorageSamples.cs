using System.Security.Cryptography;
using System.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Testing;

/// <summary>Ids and rows for storage tests; the same number gives the same value.</summary>
public static class StorageSamples
{
    /// <summary>A moment to count from.</summary>
    public static readonly DateTimeOffset Noon = new(2031, 3, 5, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The carrier of every sample receipt.</summary>
    public static readonly CarrierId Carrier = CarrierId.Parse("sandbox");

    public static AliasId Alias(int n) => AliasId.Create('1', (UInt128)(uint)n << 96 | (uint)n, (ulong)n * 3);

    /// <summary>The grain key of an alias: its rows are committed under it.</summary>
    public static string Pa(int alias) => string.Concat("pa-", Alias(alias).Random);

    public static VerificationId Verification(int alias, int n) => VerificationId.Create('2', Alias(alias), (UInt128)(uint)n << 64, (ulong)n * 5);

    /// <summary>32 bytes.</summary>
    public static byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

    /// <summary>16 bytes.</summary>
    public static byte[] ShortKey(string name) => Key(name)[..16];

    public static UniqueKeyRow Unique(string name, TimeSpan? lives = null) =>
        new(Key(name), ShortKey(name), Encoding.UTF8.GetBytes("answer of " + name), Noon + (lives ?? TimeSpan.FromHours(24)));

    public static KeptRow Kept(string name, string text = "kept", TimeSpan? lives = null) => new(Key("kept " + name), Encoding.UTF8.GetBytes(text), Noon + (lives ?? TimeSpan.FromDays(1)));

    public static OutcomeRow Outcome(int alias, int n, string text = "outcome", TimeSpan? lives = null) =>
        new(Verification(alias, n), Alias(alias), Encoding.UTF8.GetBytes(text), Noon + (lives ?? TimeSpan.FromDays(90)));

    public static GuardCountRow Guard(string number, string send, TimeSpan after = default, int perHour = 1_000_000, int perDay = 1_000_000) =>
        new(Key(number), ShortKey(send), Noon + after, new GuardCaps(perHour, perDay));

    public static GuardReturnRow Returned(string number, string send) => new(Key(number), ShortKey(send));

    /// <summary>Submitted long before any receipt unless said otherwise.</summary>
    public static ReceiptMapRow Map(string messageId, int alias, int n, int attempt = 0, TimeSpan? lives = null, TimeSpan? submitted = null) =>
        new(Carrier, messageId, Alias(alias), Verification(alias, n), attempt, Noon + (submitted ?? TimeSpan.FromDays(-10)), Noon + (lives ?? TimeSpan.FromDays(30)));

    public static ReceiptAppliedRow Applied(string messageId, int alias, int n, AttemptStatus state, int attempt = 0) =>
        new(Carrier, messageId, Verification(alias, n), attempt, state);

    public static ParkedReceipt Receipt(string messageId, AttemptStatus state, TimeSpan after = default, string? reason = null) =>
        new(Carrier, messageId, state, reason, Noon + after, Noon + TimeSpan.FromDays(30));

    public static DueRow Due(int alias, int n, TimeSpan after = default) => new(Verification(alias, n), Alias(alias), Noon + after);

    public static AuditRow Audit(string name, string tenant = "tn-sample", TimeSpan after = default) =>
        new(ShortKey(name), TenantId.Parse(tenant), Encoding.UTF8.GetBytes(name), Noon + after);

    /// <summary>A commit to the table <c>sample</c>.</summary>
    public static HotCommit Commit(string key, long expected, string? text, params SideRow[] sideRows) =>
        new("sample", key, expected, text is null ? null : Encoding.UTF8.GetBytes(text), sideRows);

    /// <summary>The text of a payload.</summary>
    public static string? Text(HotRow? row) => row is null ? null : Encoding.UTF8.GetString(row.Payload);
}
