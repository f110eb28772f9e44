namespace MaskedVerify.Front.Configuration;

/// <summary>TLS of the public port: section <c>Tls</c>. Both files or none; PEM.</summary>
public sealed class PublicTlsOptions
{
    /// <summary>File with the server's certificate, and after it the intermediate ones, if any.</summary>
    public string Certificate { get; set; } = string.Empty;

    /// <summary>File with its private key, not encrypted, readable by the server's user.</summary>
    public string Key { get; set; } = string.Empty;

    /// <summary>Pause between two looks whether the files changed, 1 s to 1 h. Default 5 s.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);
}
