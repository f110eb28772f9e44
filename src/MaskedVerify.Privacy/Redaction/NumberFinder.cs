using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy;

/// <summary>Tells whether a text that is kept in clear, such as a label, may hold a phone number: what <see cref="LeakScanner"/> would mask in a log line.</summary>
public static class NumberFinder
{
    private static readonly LeakScanner s_scanner = new(Options.Create(new LeakScanOptions()));

    /// <summary>Whether it holds a number, or digits that may be a national one.</summary>
    public static bool Finds(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var counts = default(ScanCounts);
        s_scanner.Scan(text, ref counts);
        return !counts.IsClean;
    }
}
