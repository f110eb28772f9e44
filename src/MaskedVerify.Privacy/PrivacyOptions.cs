using System.ComponentModel.DataAnnotations;

namespace MaskedVerify.Privacy;

/// <summary>How this silo keeps keys.</summary>
public sealed class PrivacyOptions
{
    /// <summary>
    /// Name of the cell: 1 to 32 of <c>a-z 0-9 -</c>, default <c>local</c>. It is bound into every wrapped key and sealed value: data of one region does
    /// not open in another, so it never changes once there is data.
    /// </summary>
    [RegularExpression("^[a-z0-9-]{1,32}$", ErrorMessage = "Region must be 1 to 32 characters of a-z, 0-9 and '-'.")]
    [Required(ErrorMessage = "Region must be set.")]
    public string Region { get; set; } = "local";

    /// <summary>
    /// Path of the root key file of the local-file key service; no default. Made at the first start if it does not exist. Give it a directory of its own,
    /// such as <c>data/keys/root.key</c>: the directory must be closed to group and others (0700), the file too (0600).
    /// </summary>
    [Required(ErrorMessage = "RootKeyPath must name the root key file, for example data/keys/root.key; it is made if it does not exist.")]
    public string RootKeyPath { get; set; } = string.Empty;

    /// <summary>Whether live tenants may be served with a root key in a local file (<c>--allow-local-keys</c>). Default false: sandbox tenants only.</summary>
    public bool AllowLocalKeys { get; set; }

    /// <summary>Longest life of an unwrapped tenant or subject key in memory, in seconds: 10 to 300, default 300. Such a key is zeroed when its time is over.</summary>
    [Range(10, 300, ErrorMessage = "KeyCacheSeconds must be 10 to 300.")]
    public int KeyCacheSeconds { get; set; } = 300;

    /// <summary>Most unwrapped subject keys (one per alias in use) in memory: 16 to 1,000,000, default 16,384, about 250 bytes each.</summary>
    [Range(16, 1_000_000, ErrorMessage = "SubjectKeysCached must be 16 to 1000000.")]
    public int SubjectKeysCached { get; set; } = 16_384;

    /// <summary>Most unwrapped tenant keys (three per tenant in use) in memory: 16 to 1,000,000, default 12,288.</summary>
    [Range(16, 1_000_000, ErrorMessage = "TenantKeysCached must be 16 to 1000000.")]
    public int TenantKeysCached { get; set; } = 12_288;
}
