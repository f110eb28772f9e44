namespace MaskedVerify.Privacy;

/// <summary>What the scanner of logs and spans looks for besides phone numbers.</summary>
public sealed class LeakScanOptions
{
    /// <summary>
    /// Numbers and codes that must never appear, each 4 to 15 ASCII digits (numbers without <c>+</c>): planted by whoever wants to prove that nothing leaks.
    /// Found as digits in any notation and in base64, whatever stands around them. Default none.
    /// </summary>
    public IList<string> Canaries { get; } = [];
}
