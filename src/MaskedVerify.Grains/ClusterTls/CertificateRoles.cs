using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>
/// The roles that a certificate is for: URI entries <c>maskedverify:role:front</c>, <c>:vault</c>, <c>:egress</c> in its subjectAltName. One that names none is for every role.
/// </summary>
internal static class CertificateRoles
{
    private const string Prefix = "maskedverify:role:";
    private const string SubjectAltName = "2.5.29.17";

    // RFC 5280, 4.2.1.6: GeneralName ::= CHOICE { …, uniformResourceIdentifier [6] IA5String, … }.
    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Each role by itself.</summary>
    internal static IReadOnlyList<SiloRoles> Each { get; } = [SiloRoles.Front, SiloRoles.Vault, SiloRoles.Egress];

    /// <summary>How a role is written in a certificate.</summary>
    internal static string NameOf(SiloRoles role) => Prefix + role.ToString().ToLowerInvariant();

    /// <summary>Null when it names a role that does not exist, or cannot be read: nobody knows what it is for.</summary>
    internal static SiloRoles? Of(X509Certificate2 certificate)
    {
        var roles = SiloRoles.None;
        try
        {
            foreach (var name in certificate.Extensions.Where(e => e.Oid?.Value == SubjectAltName).SelectMany(Uris).Where(u => u.StartsWith(Prefix, StringComparison.Ordinal)))
            {
                var role = Each.FirstOrDefault(r => NameOf(r) == name);
                if (role == SiloRoles.None)
                    return null;
                roles |= role;
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return null;
        }

        return roles == SiloRoles.None ? SiloRoles.All : roles;
    }

    private static List<string> Uris(X509Extension extension)
    {
        var uris = new List<string>();
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(s_uri))
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, s_uri));
            else
                names.ReadEncodedValue();
        }

        return uris;
    }
}
