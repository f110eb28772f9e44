using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains.Tls;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Hosting;

/// <summary>Checks <see cref="PublicTlsOptions"/> and whether the files can be used, so that a wrong one is told at start; every mistake at once.</summary>
internal sealed class PublicTlsOptionsValidator(TimeProvider time) : IValidateOptions<PublicTlsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PublicTlsOptions options)
    {
        List<string> errors = [];
        if (options.ReloadInterval < TimeSpan.FromSeconds(1) || options.ReloadInterval > TimeSpan.FromHours(1))
            errors.Add($"Tls:ReloadInterval must be 00:00:01 to 01:00:00; it is {options.ReloadInterval}.");
        if (options.Certificate.Length == 0)
            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        List<string> missing = [.. new[] { ("--certificate", options.Certificate), ("--certificate-key", options.Key) }.Where(f => !File.Exists(f.Item2)).Select(f => $"{f.Item1}: there is no file {f.Item2}.")];
        errors.AddRange(missing);
        if (missing.Count == 0)
        {
            try
            {
                using var loaded = PublicIdentity.Load(options, time.GetUtcNow());
            }
            catch (TlsFileException e)
            {
                errors.Add(e.Message);
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
