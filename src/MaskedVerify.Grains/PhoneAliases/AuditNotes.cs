using System.Buffers;
using System.Security.Cryptography;
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

    private static AuditRow Row(TenantId tenant, string action, string actor, string subject, string outcome, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteString("action", action);
            json.WriteString("actor", actor);
            json.WriteString("subject", subject);
            json.WriteString("outcome", outcome);
            json.WriteEndObject();
        }

        return new AuditRow(RandomNumberGenerator.GetBytes(16), tenant, buffer.WrittenSpan.ToArray(), at);
    }
}
