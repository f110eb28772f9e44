using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>
/// Audit events of aliases: a small JSON object <c>{"v":1,"action":…,"actor":…,"subject":…,"outcome":…}</c>. No number, no code, no digest of a request, no reference.
/// <c>actor</c> is the id of an API key, <c>operator</c> or <c>system</c>; <c>subject</c> a verification or an alias.
/// </summary>
internal static class AuditNotes
{
    internal const string System = "system";
    internal const string Operator = "operator";

    internal static AuditRow Started(TenantId tenant, string actor, VerificationId id, DateTimeOffset at) =>
        Row(tenant, "verification.started", actor, id.Value, "pending", at);

    internal static AuditRow Resent(TenantId tenant, string actor, VerificationId id, DateTimeOffset at) =>
        Row(tenant, "verification.resent", actor, id.Value, "pending", at);

    internal static AuditRow Ended(TenantId tenant, string actor, VerificationId id, EndedVerification ended, DateTimeOffset at) =>
        Row(tenant, ended.Status == VerificationStatus.Approved ? "verification.approved" : "verification.ended", actor, id.Value, Word(ended.Status), at);

    internal static AuditRow Created(TenantId tenant, string actor, AliasId alias, DateTimeOffset at) =>
        Row(tenant, "alias.created", actor, alias.Value, "ok", at);

    internal static AuditRow Erased(TenantId tenant, string actor, AliasId alias, DateTimeOffset at) =>
        Row(tenant, "alias.erased", actor, alias.Value, "ok", at);

    internal static AuditRow Unpaused(TenantId tenant, AliasId alias, DateTimeOffset at) =>
        Row(tenant, "alias.unpaused", Operator, alias.Value, "ok", at);

    private static string Word(VerificationStatus status) => status switch
    {
        VerificationStatus.Approved => "approved",
        VerificationStatus.Canceled => "canceled",
        VerificationStatus.Expired => "expired",
        VerificationStatus.AttemptsExhausted => "attempts-exhausted",
        VerificationStatus.Undeliverable => "undeliverable",
        VerificationStatus.Blocked => "blocked",
        _ => "pending",
    };

    // A writer asks for 4 KiB whatever it writes: one per thread, instead of two such buffers per note.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_json;

    private static AuditRow Row(TenantId tenant, string action, string actor, string subject, string outcome, DateTimeOffset at)
    {
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(4096);
        var json = t_json ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteNumber("v", 1);
        json.WriteString("action", action);
        json.WriteString("actor", actor);
        json.WriteString("subject", subject);
        json.WriteString("outcome", outcome);
        json.WriteEndObject();
        json.Flush();
        return new AuditRow(EventId(at), tenant, buffer.WrittenSpan.ToArray(), at);
    }

    // 48 bits of milliseconds, 80 random bits: ids of one moment stand together in the log's index, which then grows at its end.
    private static byte[] EventId(DateTimeOffset at)
    {
        var id = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, at.ToUnixTimeMilliseconds() << 16);
        SecureRandom.Fill(id.AsSpan(6));
        return id;
    }
}
