using System.Diagnostics;
using System.Diagnostics.Metrics;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace MaskedVerify.Privacy.Tests.Redaction;

public sealed class LeakScanningTests
{
    private const string Phone = "+14155550123";

    private readonly LeakDetector _detector = new();

    public LeakScanningTests() => _detector.Add(PrivacyFixture.Number);

    [Fact]
    public async Task Log_ThroughEveryDoor_IsMaskedBeforeProvidersSeeIt()
    {
        var provider = new LeakInspectingLoggerProvider(_detector);
        await using var services = Build(logging => logging.AddProvider(provider));
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Test");

        logger.LogInformation("Sent to {Number}", Phone);
        logger.LogInformation($"Sent to {Phone}");
        logger.LogInformation("Sent to {Numbers}", new List<string> { "a", Phone });
        logger.LogInformation("Sent to {Number}", 14155550123L);
        logger.LogInformation("Sent to {Number}", new Thing());
        logger.LogError(new InvalidOperationException("no route to " + Phone, new FormatException(Phone)), "Failed");
        logger.Log(LogLevel.Warning, new EventId(7, Phone), new Dictionary<string, object?> { ["to"] = Phone }, null, static (_, _) => "State only");
        logger.Log(LogLevel.Warning, new EventId(8), Phone, null, static (state, _) => state);
        using (logger.BeginScope("scope " + Phone))
        using (logger.BeginScope("scope {Number}", Phone))
        using (logger.BeginScope(new Dictionary<string, object> { ["to"] = Phone }))
        {
            logger.LogInformation("Inside");
        }

        Assert.Equal(9, provider.Lines.Count);
        _detector.AssertClean();
        Assert.Contains(provider.Lines, line => line.Contains("Sent to [leak]", StringComparison.Ordinal));
        Assert.Contains(provider.Lines, line => line.Contains("System.InvalidOperationException: no route to [leak]", StringComparison.Ordinal));
        Assert.Contains(provider.Lines, line => line.Contains("Inside", StringComparison.Ordinal) && line.Contains("scope [leak] => scope [leak]", StringComparison.Ordinal));
        var tally = services.GetRequiredService<LeakTally>();
        Assert.Equal((12, 11), (tally.Scanned, tally.Leaked));
    }

    [Fact]
    public async Task Log_WithoutTheScanner_IsFoundByTheDetector()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new LeakInspectingLoggerProvider(_detector)));
        await using var built = services.BuildServiceProvider();

        built.GetRequiredService<ILoggerFactory>().CreateLogger("Test").LogInformation("Sent to {Number}", Phone);

        Assert.NotEmpty(_detector.Hits);
    }

    [Fact]
    public async Task Log_WhenClean_ReachesProvidersUntouched()
    {
        var provider = new RecordingProvider();
        await using var services = Build(logging => logging.AddProvider(provider));
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Test");
        var error = new InvalidOperationException("clean");
        var state = new Dictionary<string, object?> { ["n"] = 1 };

        logger.Log(LogLevel.Error, new EventId(7, "Name"), state, error, static (_, _) => "clean");

        var (seen, exception, id) = Assert.Single(provider.Seen);
        Assert.Same(state, seen);
        Assert.Same(error, exception);
        Assert.Equal(new EventId(7, "Name"), id);
    }

    [Fact]
    public async Task Log_WhenDirty_KeepsNamesAndCleanValues()
    {
        var provider = new RecordingProvider();
        await using var services = Build(logging => logging.AddProvider(provider));
        var error = new InvalidOperationException("to " + Phone);

        services.GetRequiredService<ILogger<LeakScanningTests>>().LogError(error, "{Count} to {Number} at {Time}", 3, Phone, TimeSpan.FromSeconds(1));

        var (state, exception, _) = Assert.Single(provider.Seen);
        var values = Assert.IsAssignableFrom<IReadOnlyList<KeyValuePair<string, object?>>>(state).ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.Equal(3, values["Count"]);
        Assert.Equal("[leak]", values["Number"]);
        Assert.Equal(TimeSpan.FromSeconds(1), values["Time"]);
        Assert.Equal("{Count} to {Number} at {Time}", values["{OriginalFormat}"]);
        Assert.Equal("to [leak]", exception!.Message);
        Assert.StartsWith("System.InvalidOperationException: to [leak]", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Providers_AddedLater_AndFiltersOfProviders_WorkAsWithout()
    {
        var filtered = new RecordingProvider();
        await using var services = Build(logging => logging.AddProvider(filtered).AddFilter<RecordingProvider>("Quiet", LogLevel.Error));
        var factory = services.GetRequiredService<ILoggerFactory>();
        var before = factory.CreateLogger("Quiet");
        var late = new LeakInspectingLoggerProvider(_detector);
        factory.AddProvider(late);

        before.LogInformation("to {Number}", Phone);

        Assert.Empty(filtered.Seen);
        Assert.Single(late.Lines);
        Assert.False(factory.CreateLogger("Test").IsEnabled(LogLevel.Trace));
        _detector.AssertClean();
    }

    [Fact]
    public async Task AddLeakScanning_Twice_ScansOnce()
    {
        var provider = new RecordingProvider();
        await using var services = Build(logging => logging.AddProvider(provider).AddLeakScanning().AddLeakScanning());

        services.GetRequiredService<ILoggerFactory>().CreateLogger("Test").LogInformation("to {Number}", Phone);

        Assert.Single(provider.Seen);
        Assert.Equal(1, services.GetRequiredService<LeakTally>().Scanned);
        Assert.IsType<ScanningLoggerFactory>(services.GetRequiredService<ILoggerFactory>());
    }

    [Fact]
    public void Span_InEveryPart_IsMaskedBeforeExport()
    {
        using var source = new ActivitySource("MaskedVerify.Privacy.Tests." + nameof(Span_InEveryPart_IsMaskedBeforeExport));
        var exported = new List<Activity>();
        using var tracing = Sdk.CreateTracerProviderBuilder().AddSource(source.Name).AddLeakScanning().AddProcessor(new Collector(exported)).Build();

        using (var span = source.StartActivity("send")!)
        {
            span.DisplayName = "send to " + Phone;
            span.SetTag("to", Phone);
            span.SetTag("numbers", new[] { "a", Phone });
            span.SetTag("value", 14155550123L);
            span.SetTag("count", 3);
            span.SetStatus(ActivityStatusCode.Error, "no route to " + Phone);
            span.AddException(new InvalidOperationException("no route to " + Phone));
            span.AddEvent(new ActivityEvent("to " + Phone));
            span.AddLink(new ActivityLink(default, new ActivityTagsCollection { ["to"] = Phone }));
        }

        var one = Assert.Single(exported);
        SpanInspector.Inspect(_detector, one);
        _detector.AssertClean();
        Assert.Equal("send to [leak]", one.DisplayName);
        Assert.Equal("[leak]", one.GetTagItem("to"));
        Assert.Equal(3, one.GetTagItem("count"));
        Assert.Equal((ActivityStatusCode.Error, "no route to [leak]"), (one.Status, one.StatusDescription));
        Assert.Equal(2, one.Events.Count());
        Assert.Contains(one.Events.First().Tags, tag => tag is { Key: "exception.message", Value: "no route to [leak]" });
    }

    [Fact]
    public async Task Metrics_ShowZeroBeforeAnythingHappens_AndTheRateAfterwards()
    {
        await using var services = Build(logging => logging.AddProvider(new RecordingProvider()));
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Test");
        Assert.Equal(("0", "0", "0", "0", "0"), Metrics(services));

        logger.LogInformation("clean");
        logger.LogInformation("clean");
        logger.LogInformation("dirty {A} {B}", Phone, "+447400123456");
        logger.LogInformation("suspected {A}", "4155550123");

        // Message and value are both masked, and both are counted.
        Assert.Equal(("4", "2", "4", "1", "0.25"), Metrics(services));
    }

    private static (string Leaks, string Suspected, string Scanned, string Leaked, string Rate) Metrics(IServiceProvider services)
    {
        services.GetRequiredService<LeakTally>();
        var factory = services.GetRequiredService<IMeterFactory>();
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == factory)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => sums[instrument.Name] = sums.GetValueOrDefault(instrument.Name) + value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => sums[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return (Of("maskedverify.leaks"), Of("maskedverify.leaks.suspected"), Of("maskedverify.scanned"), Of("maskedverify.scanned.leaked"), Of("maskedverify.leakage.rate"));

        string Of(string name) => sums[name].ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static ServiceProvider Build(Action<ILoggingBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            logging.AddLeakScanning();
            configure(logging);
        });
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
    }

    private sealed class Thing
    {
        public override string ToString() => "thing " + Phone;
    }

    private sealed class Collector(List<Activity> exported) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => exported.Add(data);
    }

    private sealed class RecordingProvider : ILoggerProvider, ILogger
    {
        public List<(object? State, Exception? Exception, EventId Id)> Seen { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Seen.Add((state, exception, eventId));
    }
}
