using MaskedVerify.Grains.Tls;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Checks <see cref="ClusterTlsOptions"/> and whether the files can be used, so that a wrong one is told at start; every mistake at once.</summary>
internal sealed class ClusterTlsOptionsValidator(TimeProvider time) : IValidateOptions<ClusterTlsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ClusterTlsOptions options)
    {
        var errors = new List<string>();
        if (options.ReloadInterval < TimeSpan.FromSeconds(1) || options.ReloadInterval > TimeSpan.FromHours(1))
            errors.Add($"ClusterTls:ReloadInterval must be 00:00:01 to 01:00:00; it is {options.ReloadInterval}.");
        if (options.HandshakeTimeout < TimeSpan.FromSeconds(1) || options.HandshakeTimeout > TimeSpan.FromMinutes(1))
            errors.Add($"ClusterTls:HandshakeTimeout must be 00:00:01 to 00:01:00; it is {options.HandshakeTimeout}.");

        var missing = Missing(options);
        errors.AddRange(missing);
        if (missing.Count == 0)
        {
            try
            {
                using var loaded = ClusterIdentity.Load(options, time.GetUtcNow());
            }
            catch (TlsFileException e)
            {
                errors.Add(e.Message);
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static List<string> Missing(ClusterTlsOptions options)
    {
        var errors = new List<string>();
        foreach (var (file, switchName, what) in new[]
        {
            (options.Certificate, "--cluster-certificate", "this silo's certificate"),
            (options.Key, "--cluster-key", "its private key"),
            (options.Authority, "--cluster-ca", "the authority's certificate"),
        })
        {
            if (file.Length == 0)
                errors.Add($"TLS between silos needs {switchName} FILE too: {what}, PEM.");
            else if (!File.Exists(file))
                errors.Add($"{switchName}: there is no file {file}.");
        }

        return errors;
    }
}
