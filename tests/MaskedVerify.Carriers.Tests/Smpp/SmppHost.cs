using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers.Tests.Smpp;

/// <summary>The SMPP carrier put together as the product does, with a sink of the test's. Checks at its end that nothing secret was logged.</summary>
internal sealed class SmppHost : IAsyncDisposable
{
    public const string SystemId = "acme-sys";
    public const string Password = "pa55w0rd";
    private readonly ServiceProvider _services;
    private readonly MetricCollector<long> _ignored;

    private SmppHost(ServiceProvider services, IReceiptSink sink)
    {
        _services = services;
        Sink = sink;
        _ignored = new MetricCollector<long>(services.GetRequiredService<IMeterFactory>(), CarrierServices.MeterName, "maskedverify.carrier.ignored");
    }

    public IReceiptSink Sink { get; }

    public IReadOnlyList<DeliveryReceipt> Receipts => ((RecordingSink)Sink).Receipts;

    public IReadOnlyList<LateAnswer> LateAnswers => ((RecordingSink)Sink).LateAnswers;

    public ICarrierSession Session => _services.GetRequiredService<ICarrierSession>();

    public IServiceProvider Services => _services;

    public FakeLogCollector Logs => _services.GetFakeLogCollector();

    /// <summary>Starts on real time with short pauses, and waits until bound.</summary>
    public static Task<SmppHost> StartAsync(int port, params (string Key, string Value)[] settings) => StartAsync(port, null, null, true, settings);

    public static async Task<SmppHost> StartAsync(
        int port, TimeProvider? time, IReceiptSink? sink, bool waitUntilReady, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Smpp:Host"] = "127.0.0.1",
            ["Smpp:Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Smpp:SystemId"] = SystemId,
            ["Smpp:Password"] = Password,
            ["Smpp:SourceAddress"] = "Acme",
            ["Smpp:ReconnectMin"] = "00:00:00.020",
            ["Smpp:ReconnectMax"] = "00:00:00.100",
        };
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }

        sink ??= new RecordingSink();
        var services = new ServiceCollection().AddLogging(builder => builder.SetMinimumLevel(LogLevel.Trace).AddFakeLogging())
            .AddSingleton(time ?? TimeProvider.System).AddSingleton(sink)
            .AddMaskedVerifyCarriers(new ConfigurationBuilder().AddInMemoryCollection(values).Build()).BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
        var host = new SmppHost(services, sink);
        await host.Session.StartAsync(CancellationToken.None);
        if (waitUntilReady)
        {
            await host.ReadyAsync();
        }

        return host;
    }

    public Task ReadyAsync() => Eventually.TrueAsync(() => Session.IsReady, "the session is bound");

    /// <summary>A submit that does not end is a failure, not a test that hangs.</summary>
    public Task<CarrierResult> SubmitAsync(CarrierMessage message, CancellationToken cancellationToken = default) =>
        Session.SubmitAsync(message, cancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1), CancellationToken.None);

    /// <summary>How often something came that nobody used.</summary>
    public long Ignored(string kind) =>
        _ignored.GetMeasurementSnapshot().Where(measurement => (string?)measurement.Tags["kind"] == kind).Sum(measurement => measurement.Value);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Session.StopAsync(patience.Token);
        var lines = Logs.GetSnapshot();
        _ignored.Dispose();
        await _services.DisposeAsync();
        (Sink as IDisposable)?.Dispose();
        foreach (var line in lines)
        {
            var text = line.Message + line.Exception;
            Assert.DoesNotContain("2025550", text, StringComparison.Ordinal);
            Assert.DoesNotContain("246810", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
            Assert.NotEqual(LogLevel.Critical, line.Level);
            Assert.NotEqual(EventIds.SmppLoopFailed, line.Id.Id);
            Assert.NotEqual(EventIds.SmppConnectLoopFailed, line.Id.Id);
        }
    }
}
