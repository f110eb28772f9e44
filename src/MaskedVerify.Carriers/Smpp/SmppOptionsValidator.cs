using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Domain;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>The annotations of <see cref="SmppOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class SmppOptionsAnnotations : IValidateOptions<SmppOptions>;

/// <summary>What no single annotation of <see cref="SmppOptions"/> can tell. Names what is wrong, never the value of a secret.</summary>
internal sealed class SmppOptionsValidator : IValidateOptions<SmppOptions>
{
    public ValidateOptionsResult Validate(string? name, SmppOptions options)
    {
        var failures = new List<string>();
        if (!CarrierId.TryParse(options.Id, out _))
        {
            failures.Add("Smpp:Id must be 1 to 32 of the characters a-z 0-9 -.");
        }

        CheckAscii(failures, options);
        CheckTimes(failures, options);
        if (options.SourceAddress.Length > 0 && !SmppSender.IsValid(options.SourceAddress))
        {
            failures.Add("Smpp:SourceAddress must be at most 15 digits with an optional leading +, or at most 11 letters, digits, spaces and . - _ & +.");
        }

        if (options.BlockedStatuses.Any(status => status <= 0))
        {
            failures.Add("Smpp:BlockedStatuses must be numbers above 0.");
        }

        CheckTls(failures, options.Tls);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckAscii(List<string> failures, SmppOptions options)
    {
        foreach (var (key, value) in new[]
        {
            (nameof(options.SystemId), options.SystemId), (nameof(options.Password), options.Password), (nameof(options.SystemType), options.SystemType),
            (nameof(options.ServiceType), options.ServiceType), (nameof(options.AddressRange), options.AddressRange),
        })
        {
            if (value.Any(c => c is < ' ' or > '~'))
            {
                failures.Add($"Smpp:{key} must be printable ASCII.");
            }
        }
    }

    private static void CheckTimes(List<string> failures, SmppOptions options)
    {
        if (options.ReconnectMin > options.ReconnectMax)
        {
            failures.Add("Smpp:ReconnectMin must not be longer than Smpp:ReconnectMax.");
        }

        if (options.EnquireDeadline > options.EnquireInterval)
        {
            failures.Add("Smpp:EnquireDeadline must not be longer than Smpp:EnquireInterval.");
        }
    }

    private static void CheckTls(List<string> failures, SmppTlsOptions tls)
    {
        if (!tls.Enabled && (tls.CaFile is not null || tls.ServerName is not null))
        {
            failures.Add("Smpp:Tls:CaFile and Smpp:Tls:ServerName are of no use unless Smpp:Tls:Enabled is true.");
        }

        if (tls is { Enabled: true, CaFile: { } file } && !HoldsCertificate(file))
        {
            failures.Add("Smpp:Tls:CaFile must be a readable PEM file with at least one certificate.");
        }
    }

    private static bool HoldsCertificate(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
