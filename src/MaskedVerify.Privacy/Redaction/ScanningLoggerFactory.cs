using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Privacy;

/// <summary>
/// Wraps the loggers of another factory, so that every provider, also one added later, is behind the scanner, and filters and scopes of the providers work as
/// without it.
/// </summary>
internal sealed class ScanningLoggerFactory(ILoggerFactory inner, LeakScanner scanner, LeakTally tally) : ILoggerFactory
{
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        _loggers.GetOrAdd(categoryName, static (category, factory) => factory.Wrap(category), this);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>The container disposes the inner factory, which it made.</summary>
    public void Dispose()
    {
    }

    private ScanningLogger Wrap(string category) => new(inner.CreateLogger(category), scanner, tally);
}
