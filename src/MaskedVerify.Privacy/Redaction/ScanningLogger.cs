using Microsoft.Extensions.Logging;

namespace MaskedVerify.Privacy;

/// <summary>
/// Stands before all providers of a category: they see the original line if it is clean, and otherwise a line whose message, values and exception are masked.
/// Scopes are scanned when they begin.
/// </summary>
internal sealed class ScanningLogger(ILogger inner, LeakScanner scanner, LeakTally tally) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        var counts = default(ScanCounts);
        var rendered = state.ToString() ?? string.Empty;
        var text = scanner.Scan(rendered, ref counts);
        var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? ValueScanner.Scan(scanner, pairs, ref counts) : null;
        if (counts.IsClean)
        {
            return inner.BeginScope(state);
        }

        tally.CountLine(counts);
        return state is IEnumerable<KeyValuePair<string, object?>> all ? inner.BeginScope(new ScannedState(text, values ?? [.. all])) : inner.BeginScope(text);
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel))
        {
            return;
        }

        var counts = default(ScanCounts);
        var message = scanner.Scan(formatter(state, exception), ref counts);
        var pairs = state as IReadOnlyList<KeyValuePair<string, object?>>;
        var values = pairs is null ? null : ValueScanner.Scan(scanner, pairs, ref counts);
        var scannedException = Scan(exception, ref counts);
        var name = eventId.Name is { } text ? scanner.Scan(text, ref counts) : null;
        tally.CountLine(counts);
        if (counts.IsClean)
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        else
        {
            inner.Log(
                logLevel, new EventId(eventId.Id, name), new ScannedState(message, values ?? (pairs is null ? [] : [.. pairs])), scannedException, static (line, _) => line.ToString());
        }
    }

    private Exception? Scan(Exception? exception, ref ScanCounts counts)
    {
        if (exception is null)
        {
            return null;
        }

        var found = default(ScanCounts);
        var text = scanner.Scan(exception.ToString(), ref found);
        if (found.IsClean)
        {
            return exception;
        }

        counts.Leaks += found.Leaks;
        counts.Suspected += found.Suspected;
        var message = scanner.Scan(exception.Message, ref found);
        return new ScannedException(message, text, exception.StackTrace is { } trace ? scanner.Scan(trace, ref found) : null);
    }
}
