using System.Security.Cryptography;
using System.Text;

namespace MaskedVerify.Domain;

/// <summary>Which part of the audit log holds the events of a tenant. Every engine gives the same answer, for ever: numbers are counted per part.</summary>
public static class AuditShards
{
    /// <summary>Parts of the log, numbered from 0.</summary>
    public const int Count = 16;

    /// <summary>The part of a tenant, 0 to 15: the low half of the first byte of SHA-256 over the tenant's id.</summary>
    public static int Of(TenantId tenant) => Of(Encoding.UTF8.GetBytes(tenant.Value));

    /// <summary>The same of the id as it is stored.</summary>
    /// <param name="utf8">The tenant's id in UTF-8.</param>
    public static int Of(ReadOnlySpan<byte> utf8)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, hash);
        return hash[0] % Count;
    }
}
