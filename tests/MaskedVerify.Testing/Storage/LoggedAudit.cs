using System.Data.Common;
using MaskedVerify.Domain;

namespace MaskedVerify.Testing;

/// <summary>A row of the audit log.</summary>
/// <param name="Shard">Its part of the log.</param>
/// <param name="Number">Its number there, from 1.</param>
/// <param name="Row">The event.</param>
public sealed record LoggedAudit(int Shard, long Number, AuditRow Row)
{
    /// <summary>The query that <see cref="ReadAllAsync"/> reads, on every engine.</summary>
    public static string Select(string table) => $"SELECT shard, number, event_id, tenant, payload, at FROM {table} ORDER BY shard, number";

    /// <summary>Every row.</summary>
    public static async Task<IReadOnlyList<LoggedAudit>> ReadAllAsync(DbDataReader reader)
    {
        List<LoggedAudit> log = [];
        while (await reader.ReadAsync())
        {
            log.Add(new LoggedAudit(reader.GetInt32(0), reader.GetInt64(1), new AuditRow(
                reader.GetFieldValue<byte[]>(2), TenantId.Parse(reader.GetString(3)), reader.GetFieldValue<byte[]>(4), new DateTimeOffset(reader.GetInt64(5), TimeSpan.Zero))));
        }

        return log;
    }
}
