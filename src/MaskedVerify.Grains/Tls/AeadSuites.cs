using System.Net.Security;

namespace MaskedVerify.Grains.Tls;

/// <summary>The cipher suites of every connection that is encrypted: an ephemeral key (ECDHE) and authenticated encryption (AEAD), those that RFC 9325 §4.2 recommends, and TLS 1.3's.</summary>
public static class AeadSuites
{
    /// <summary>For handshakes; null where the system does not let a program choose (Windows).</summary>
    public static CipherSuitesPolicy? Policy { get; } = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
        ? new CipherSuitesPolicy(
        [
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        ])
        : null;
}
