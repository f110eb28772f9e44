using System.Security.Cryptography.X509Certificates;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Which certificates are members of the cluster.</summary>
internal static class PeerRules
{
    /// <summary>Extended key usage of the side that listens.</summary>
    internal const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    /// <summary>Extended key usage of the side that connects.</summary>
    internal const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>
    /// Why a certificate is refused, in a few words; null when it is a member's: valid now, chained to the cluster's own authority (the machine's are not looked at), and
    /// with the extended key usage written into it.
    /// </summary>
    /// <param name="certificate">The peer's.</param>
    /// <param name="intermediates">What it sent along.</param>
    /// <param name="authority">The cluster's authority.</param>
    /// <param name="usage">OID of the usage that is needed.</param>
    /// <param name="now">The time to judge by.</param>
    internal static string? Refusal(
        X509Certificate2 certificate, X509Certificate2Collection intermediates, X509Certificate2Collection authority, string usage, DateTimeOffset now)
    {
        if (!HasUsage(certificate, usage))
            return usage == ServerAuth ? "its certificate is not for servers (serverAuth)" : "its certificate is not for clients (clientAuth)";

        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authority);
        policy.ExtraStore.AddRange(intermediates);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = now.LocalDateTime;
        policy.VerificationTimeIgnored = false;
        policy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(usage));
        try
        {
            return chain.Build(certificate) ? null : Word(chain.ChainStatus);
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    // A certificate without the extension would be good for everything.
    private static bool HasUsage(X509Certificate2 certificate, string usage) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>().Any(o => o.Value == usage));

    private static string Word(X509ChainStatus[] statuses)
    {
        var all = statuses.Aggregate(X509ChainStatusFlags.NoError, (flags, s) => flags | s.Status);
        if (all.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return "its certificate is expired or not valid yet";
        return all.HasFlag(X509ChainStatusFlags.UntrustedRoot) || all.HasFlag(X509ChainStatusFlags.PartialChain)
            ? "its certificate is not from the cluster's authority"
            : $"its certificate is refused ({all})";
    }
}
