using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy;

/// <summary>Every canary must be 4 to 15 digits. The message says which one by its place, never its digits.</summary>
internal sealed class LeakScanOptionsValidator : IValidateOptions<LeakScanOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LeakScanOptions options)
    {
        var failures = options.Canaries
            .Select(static (canary, place) => (canary, place))
            .Where(static item => item.canary is not { Length: >= 4 and <= 15 } || !item.canary.All(char.IsAsciiDigit))
            .Select(static item => $"Canaries[{item.place}] must be 4 to 15 digits.")
            .ToArray();
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
