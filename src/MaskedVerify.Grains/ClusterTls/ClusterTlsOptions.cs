namespace MaskedVerify.Grains.ClusterTls;

/// <summary>
/// Mutual TLS between silos, and between gateway clients and silos. All three files or none; PEM. Whoever holds a certificate of this authority is a member of the
/// cluster, so the authority signs for this cluster alone. A certificate says what its holder may be (<c>URI:maskedverify:role:front</c> in its subjectAltName; none of
/// these: everything), and a silo that is no vault must not have a vault's.
/// </summary>
public sealed class ClusterTlsOptions
{
    /// <summary>File with this silo's certificate, and after it the intermediate ones, if any. It needs the extended key usages serverAuth and clientAuth.</summary>
    public string Certificate { get; set; } = string.Empty;

    /// <summary>File with its private key (PKCS#8, not encrypted), readable by the silo's user only.</summary>
    public string Key { get; set; } = string.Empty;

    /// <summary>File with the certificates of the authority, one or more: during a change of authority both.</summary>
    public string Authority { get; set; } = string.Empty;

    /// <summary>Pause between two looks whether the files changed, 1 s to 1 h. Default 5 s.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time for a handshake, 1 s to 1 min. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What this silo does, which its certificate has to be for. Not a setting: the silo's roles decide. Default: everything.</summary>
    internal SiloRoles Roles { get; set; } = SiloRoles.All;

    /// <summary>Whether any file is named.</summary>
    public bool IsOn => (Certificate + Key + Authority).Length > 0;

    /// <summary>Prints the files' names.</summary>
    public override string ToString() => $"ClusterTlsOptions {{ {Certificate}, {Key}, {Authority} }}";
}
