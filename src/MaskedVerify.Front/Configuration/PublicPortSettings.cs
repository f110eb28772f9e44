using System.Net;

namespace MaskedVerify.Front.Configuration;

/// <summary>Reads how the public port is reached, and sees that nobody sends credentials over a network in plain text.</summary>
internal static class PublicPortSettings
{
    /// <summary>Where it listens: <c>--urls</c>, or loopback, with TLS when there is a certificate.</summary>
    public static IReadOnlyList<PublicEndpoint> Endpoints(SettingsReader reader) =>
        reader.Urls("Urls") ?? [reader.Text("Tls:Certificate") is null ? PublicEndpoint.Plain : PublicEndpoint.Encrypted];

    /// <summary>In which header proxies say who called.</summary>
    public static ForwardedHeader Header(SettingsReader reader) => reader.Text("ForwardedHeader")?.ToUpperInvariant() switch
    {
        null or "X-FORWARDED-FOR" => ForwardedHeader.XForwardedFor,
        "FORWARDED" => ForwardedHeader.Forwarded,
        _ => Unknown(reader),
    };

    /// <summary>Names everything that does not fit together.</summary>
    public static void Check(FrontOptions options, SettingsReader reader)
    {
        var (certificate, key) = (reader.Text("Tls:Certificate") is not null, reader.Text("Tls:Key") is not null);
        if (certificate != key)
            reader.Mistakes.Add(certificate ? "--certificate needs --certificate-key FILE too: its private key, PEM." : "--certificate-key needs --certificate FILE too: the certificate, PEM.");
        if (!options.Has(Grains.SiloRoles.Front))
            return;

        if (options.PublicEndpoints.Any(e => e.IsTls) && !certificate && !key)
            reader.Mistakes.Add("--urls https://…: TLS needs --certificate FILE and --certificate-key FILE (PEM).");
        if (certificate && options.PublicEndpoints.Count > 0 && options.PublicEndpoints.All(e => !e.IsTls))
            reader.Mistakes.Add("--certificate: no address of --urls begins with https://, so nobody would see it. Change --urls, or leave the certificate out.");
        if (options.BehindProxy.Count == 0 && reader.Text("ForwardedHeader") is not null)
            reader.Mistakes.Add("--forwarded-header means nothing without --behind-proxy: name the proxies whose header is believed.");

        foreach (var plain in options.PublicEndpoints.Where(e => !e.IsTls && !IPAddress.IsLoopback(e.Address.Address) && options.BehindProxy.Count == 0 && reader.Text("BehindProxy") is null))
        {
            reader.Mistakes.Add(
                $"--urls http://{plain.Address} can be reached from outside this machine, and keys and numbers would cross the network in plain text: say https:// with --certificate and --certificate-key, "
                + "or name the proxies that end TLS with --behind-proxy.");
        }
    }

    private static ForwardedHeader Unknown(SettingsReader reader)
    {
        reader.Mistakes.Add("--forwarded-header: expected X-Forwarded-For or Forwarded.");
        return default;
    }
}
