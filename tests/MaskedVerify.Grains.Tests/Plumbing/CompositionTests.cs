using System.Diagnostics.Metrics;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.GrainDirectory;

namespace MaskedVerify.Grains.Tests.Plumbing;

public sealed class CompositionTests : IAsyncLifetime
{
    private SiloFixture _silos = null!;

    public async ValueTask InitializeAsync() => _silos = await SiloFixture.StartAsync();

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    [Fact]
    public void HostedServices_StartAfterTheSiloAndInTheDocumentedOrder()
    {
        var names = _silos.Services().GetServices<IHostedService>().Select(s => s.GetType().Name).ToList();

        Assert.Equal(
            ["SiloHostedService", "TenantCatalog", "EgressDirectory", "RouteCatalog", "QuotaPermits", "CarrierLinkHost", "SendPump", "ReceiptSink", "DuePoller", "Sweeper", "AuditDrain"],
            names.Where(n => n is not "StorageStartup"));
        Assert.False(_silos.Get<IOptions<HostOptions>>().Value.ServicesStopConcurrently);
        Assert.True(_silos.Get<IOptions<HostOptions>>().Value.ShutdownTimeout > SendRules.CarrierDeadline + SendRules.Grace);
    }

    [Fact]
    public void RuntimeOptions_AreNotTheDefaultsThatDoNotFit()
    {
        var messaging = _silos.Get<IOptions<SiloMessagingOptions>>().Value;
        Assert.Equal((1024 * 1024, TimeSpan.FromSeconds(10), true, 2_000), (messaging.MaxMessageBodySize, messaging.ResponseTimeout, messaging.CancelRequestOnTimeout, messaging.MaxEnqueuedRequestsHardLimit));
        Assert.Equal(TimeSpan.FromMinutes(2), _silos.Get<IOptions<GrainCollectionOptions>>().Value.CollectionAge);
        Assert.Equal(50_000, _silos.Get<IOptions<GrainDirectoryOptions>>().Value.CacheSize);
        Assert.True(_silos.Get<IOptions<LoadSheddingOptions>>().Value.LoadSheddingEnabled);
        Assert.True(SendRules.CarrierDeadline < messaging.ResponseTimeout);
    }

    [Fact]
    public async Task AddressCache_OfASiloThatKnowsAddresses_IsNotWalkedToBeCounted()
    {
        await _silos.CreateTenantAsync();
        var counted = new List<int>();
        using var reader = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name is "orleans-directory-cache-size")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        reader.SetMeasurementEventCallback<int>((_, size, _, _) => counted.Add(size));
        reader.Start();

        reader.RecordObservableInstruments();

        Assert.NotEmpty(_silos.Get<IGrainDirectoryCache>().KeyValues);
        Assert.All(counted, size => Assert.Equal(0, size));
    }

    [Fact]
    public async Task Readiness_WhenEverythingRuns_IsReadyAndTurnsWhenTheCopyGetsOld()
    {
        var readiness = _silos.Get<ISiloReadiness>();
        await _silos.PollDueAsync();
        var report = readiness.Check();
        Assert.True(report.IsReady, string.Join(' ', report.Items.Select(i => i.Text)));
        Assert.Equal(["silo", "keys", "phone-ranges", "tenants", "hot-store", "audit", "carrier:sandbox", "routes", "carriers"], report.Items.Select(i => i.Name));

        _silos.HotStore.IsUnavailable = true;
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(12));

        report = readiness.Check();
        Assert.False(report.IsReady);
        Assert.Contains(report.Items, i => i is { Name: "hot-store", IsReady: false });
        _silos.HotStore.IsUnavailable = false;
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                return readiness.Check().IsReady;
            },
            "the silo is ready again");
    }

    [Fact]
    public async Task Start_WhenKeysDoNotOpen_EndsWithASentence()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => SiloFixture.StartAsync(o => o.Silo = silo =>
            silo.Services.AddSingleton<Privacy.IKeyRingWarmup>(new Refusing())));

        Assert.Contains("root key", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenSettingsAreWrong_NamesThemAll()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => SiloFixture.StartAsync(o => o.Grains = g =>
        {
            g.Region = "EU west";
            g.SendWorkers = 0;
        }));

        Assert.Contains("Region must be", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("SendWorkers must be", error.ToString(), StringComparison.Ordinal);
    }

    private sealed class Refusing : Privacy.IKeyRingWarmup
    {
        public Task WarmUpAsync(CancellationToken cancellationToken = default) => throw new Privacy.KeyManagementException("The root key does not open.");
    }
}
