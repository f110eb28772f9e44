using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Testing;

/// <summary>A log provider that gives everything it sees to a detector, and keeps the rendered lines.</summary>
/// <remarks>
/// Registered in a product that has <c>AddLeakScanning</c>, it sees what any provider would see there: masked lines. What the scanner had to mask shows in
/// <c>maskedverify.leaks</c>, which a suite asserts to be zero too.
/// </remarks>
public sealed class LeakInspectingLoggerProvider(LeakDetector detector) : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    /// <summary>Every line: level, category, event, message, exception, scopes.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Take<TState>(string category, LogLevel level, EventId id, TState state, Exception? exception, string message)
    {
        var where = $"log {category} {id}";
        detector.Inspect(where + " message", message);
        detector.Inspect(where + " exception", exception?.ToString());
        InspectValues(detector, where, state);
        var scopes = new List<string>();
        _scopes.ForEachScope(
            (scope, into) =>
            {
                into.Add(scope?.ToString() ?? string.Empty);
                detector.Inspect(where + " scope", scope?.ToString());
                InspectValues(detector, where + " scope", scope);
            },
            scopes);
        _lines.Enqueue($"{level} {category} {id}: {message} {exception} {string.Join(" => ", scopes)}");
    }

    private static void InspectValues(LeakDetector detector, string where, object? state)
    {
        if (state is IEnumerable<KeyValuePair<string, object?>> values)
        {
            foreach (var (name, value) in values)
            {
                detector.Inspect($"{where} value {name}", value is System.Collections.IEnumerable list and not string ? string.Join(' ', list.Cast<object?>()) : value?.ToString());
            }
        }
    }

    private sealed class Logger(LeakInspectingLoggerProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Take(category, logLevel, eventId, state, exception, formatter(state, exception));
    }
}
