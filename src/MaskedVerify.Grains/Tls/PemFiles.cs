using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MaskedVerify.Grains.Tls;

/// <summary>Reads certificates and keys in PEM.</summary>
public static class PemFiles
{
    /// <summary>All certificates of a file, in its order; at least one.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="switchName">The switch that names it, for the message.</param>
    /// <exception cref="TlsFileException">It cannot be read, or holds none.</exception>
    public static X509Certificate2Collection ReadAll(string file, string switchName)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPemFile(file);
        }
        catch (Exception e) when (IsOfAFile(e))
        {
            throw new TlsFileException($"{switchName}: the file {file} cannot be read as PEM certificates.", e);
        }

        return all.Count > 0 ? all : throw new TlsFileException($"{switchName}: the file {file} holds no PEM certificate.");
    }

    /// <summary>The first certificate of a file with its private key from another one.</summary>
    /// <param name="certificate">Path of the certificate.</param>
    /// <param name="key">Path of the key: PKCS#8, PKCS#1 or SEC 1, not encrypted.</param>
    /// <param name="switchName">The switch that names the key, for the message.</param>
    /// <exception cref="TlsFileException">One cannot be read, or they do not belong together.</exception>
    public static X509Certificate2 ReadPair(string certificate, string key, string switchName)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(certificate, key);

            // Keys that came from PEM do not serve a handshake on every system; through PKCS#12 they do.
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pfx), password: null);
        }
        catch (Exception e) when (IsOfAFile(e))
        {
            throw new TlsFileException($"{switchName}: the file {key} is not the readable, unencrypted PEM private key of the certificate {certificate}.", e);
        }
    }

    private static bool IsOfAFile(Exception e) => e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;
}
