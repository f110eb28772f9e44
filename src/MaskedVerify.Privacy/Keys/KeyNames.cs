using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>Names of stored keys, and what a wrapped one is bound to. For ever: they are row keys and additional authenticated data.</summary>
internal static class KeyNames
{
    /// <summary>Bytes of every key.</summary>
    public const int KeySize = 32;

    /// <summary>Region: tags of ids (HMAC).</summary>
    public const string FrontTag = "front-tag";

    /// <summary>Region: MACs of codes (HMAC).</summary>
    public const string Code = "code";

    /// <summary>Region: guard rows (HMAC).</summary>
    public const string Guard = "guard";

    /// <summary>Tenant: wraps subject keys (AES-256-GCM); its version is the epoch.</summary>
    public const string TenantKek = "tenant-kek";

    /// <summary>Tenant: the alias index (HMAC).</summary>
    public const string TenantAlias = "tenant-alias";

    /// <summary>Tenant: idempotency keys and fingerprints of requests (HMAC).</summary>
    public const string TenantFingerprint = "tenant-fingerprint";

    /// <summary>Additional authenticated data of a wrapped key: <c>mv-key/1|region|tenant|name|version</c>, tenant empty for region keys.</summary>
    public static byte[] WrapContext(string region, TenantId tenant, string name, int version)
    {
        Span<byte> buffer = stackalloc byte[AsciiWriter.BufferSize];
        var context = new AsciiWriter(buffer);
        context.Add("mv-key/1");
        context.Add(region);
        context.Add(tenant.Value);
        context.Add(name);
        context.Add(version);
        return context.Written.ToArray();
    }
}
