using System.Security.Cryptography;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using MaskedVerify.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;

namespace MaskedVerify.Testing;

/// <summary>
/// The product's composition in a cluster inside the test process: keys, sealing, grains, send pump and pollers are real; stores are in memory (or the embedded
/// databases), carriers are the test's, the clock stands still unless the test moves it.
/// </summary>
public sealed class SiloFixture : IAsyncDisposable
{
    private readonly SiloFixtureOptions _options;
    private readonly string _directory = Directory.CreateTempSubdirectory("maskedverify-silo-").FullName;
    private readonly InProcessTestCluster _cluster;

    private SiloFixture(SiloFixtureOptions options)
    {
        _options = options;
        if (options.Carriers.Count == 0)
            options.Carriers.Add(Carrier);

        var builder = new InProcessTestClusterBuilder(options.Silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSiloHost((_, host) => host.Services.AddLogging(logging => logging.AddProvider(Logs).SetMinimumLevel(LogLevel.Information)));
        builder.ConfigureSilo((specific, silo) => Compose(silo, RolesOf(specific.SiloName)));
        builder.ConfigureClient(client => client.Services.AddMaskedVerifyWire());
        _cluster = builder.Build();
    }

    /// <summary>The default carrier, named <c>sandbox</c>.</summary>
    public TestCarrier Carrier { get; } = new("sandbox");

    /// <summary>Hot state and side rows, unless the databases are used.</summary>
    public InMemoryHotStore HotStore { get; } = new();

    /// <summary>Wrapped keys and the alias index, unless the databases are used.</summary>
    public InMemoryKeysStore KeysStore { get; } = new();

    /// <summary>Control state, unless the databases are used.</summary>
    public InMemoryControlStore Control { get; } = new();

    /// <summary>Everything that was logged, from Information on.</summary>
    public CapturedLogs Logs { get; } = new();

    /// <summary>The cluster.</summary>
    public InProcessTestCluster Cluster => _cluster;

    /// <summary>A client outside of the silos: calls travel as between processes.</summary>
    public IGrainFactory Grains => _cluster.Client;

    /// <summary>The clock.</summary>
    public FakeTimeProvider Time => _options.Time ?? throw new InvalidOperationException("This cluster runs on the system's clock.");

    /// <summary>Starts a cluster; ends with a sentence when it does not come up within a minute.</summary>
    public static async Task<SiloFixture> StartAsync(Action<SiloFixtureOptions>? configure = null)
    {
        var options = new SiloFixtureOptions();
        configure?.Invoke(options);
        var fixture = new SiloFixture(options);

        // Silos that need each other try again after a pause, which would not pass by itself. Silos of all roles need each other only when a call was lost.
        using var started = new CancellationTokenSource();
        var clock = options.Time is null ? Task.CompletedTask : Task.Run(() => fixture.RunClockAsync(options.Roles.Count > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(5), started.Token));
        try
        {
            await fixture._cluster.DeployAsync().WaitAsync(TimeSpan.FromMinutes(1));
            return fixture;
        }
        catch (TimeoutException late)
        {
            var lines = string.Join('\n', fixture.Logs.Lines.TakeLast(60).Select(l => $"{l.Level} {l.Category}: {l.Text}"));
            await fixture.DisposeAsync();
            throw new TimeoutException("The cluster did not come up within a minute; its last lines:\n" + lines, late);
        }
        catch
        {
            await fixture.DisposeAsync();
            throw;
        }
        finally
        {
            await started.CancelAsync();
            await clock;
        }
    }

    /// <summary>A service of a silo.</summary>
    public T Get<T>(int silo = 0)
        where T : notnull => Services(silo).GetRequiredService<T>();

    /// <summary>Services of a silo.</summary>
    public IServiceProvider Services(int silo = 0) => _cluster.Silos[silo].ServiceProvider;

    /// <summary>
    /// Moves the clock in steps of at most a second, off the caller's thread, so that timers which are armed again on the way fire as they would.
    /// </summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        var step = TimeSpan.FromSeconds(1);
        for (var left = time; left > TimeSpan.Zero; left -= step)
        {
            await Task.Run(() => Time.Advance(left < step ? left : step));
            await Task.Delay(1);
        }
    }

    /// <summary>Makes a tenant with a key, and waits until every silo knows it.</summary>
    public async Task<TestTenant> CreateTenantAsync(TenantPolicy? policy = null, bool live = false)
    {
        Span<char> name = stackalloc char[Base32.Length128];
        Base32.Write(new UInt128(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8))), name);
        var id = TenantId.Parse(string.Concat(TenantId.Prefix, name));
        var key = ApiKeyText.Create(live);
        var grain = Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(id));
        Require(await grain.Create(NameOf(id), live, policy ?? new TenantPolicy { SendsPerHour = 1_000, SendsPerDay = 1_000, NumberSendsPerHour = 1_000, NumberSendsPerDay = 1_000 }));
        Require(await grain.AddKey(key.KeyId, key.SecretHash(), "test", null));
        await RefreshTenantsAsync();
        return new TestTenant(id, key, Caller.Of(id, key));
    }

    // No two tenants have one name, and a name holds no run of digits.
    private static string NameOf(TenantId id) => string.Concat(id.Value.Select(c => char.IsAsciiDigit(c) ? (char)(c - '0' + 'A') : c));

    /// <summary>Opens a route for live tenants to every country over each carrier, <c>{carrier}-sms</c>, the first before the second, and waits until every silo knows them.</summary>
    public async Task OpenRoutesAsync(params string[] carriers)
    {
        var router = Grains.GetGrain<ICarrierRouterGrain>(GrainKeys.CarrierRouter("local"));
        var now = await router.GetTable();
        var opened = carriers.Select((c, i) => new RouteRule(RouteId.Parse(c + "-sms"), CarrierId.Parse(c), ["*"], Channel.Sms, i, IsSandbox: false, IsEnabled: true, Sender: null));
        var reply = await router.Replace(now.Version, [.. now.Routes, .. opened]);
        if (!reply.Ok)
            throw new InvalidOperationException("The routes were refused: " + string.Join(' ', reply.Errors));

        await RefreshRoutesAsync();
    }

    /// <summary>Brings every silo's copy of the router's picks up to date.</summary>
    public async Task RefreshRoutesAsync()
    {
        for (var i = 0; i < _cluster.Silos.Count; i++)
        {
            if (Services(i).GetService<RouteCatalog>() is { } catalog)
                await catalog.RefreshAsync();
        }
    }

    /// <summary>Brings every silo's copy of the tenants up to date.</summary>
    public async Task RefreshTenantsAsync()
    {
        for (var i = 0; i < _cluster.Silos.Count; i++)
        {
            if (Services(i).GetService<ITenantCatalog>() is { } catalog)
                await catalog.RefreshAsync();
        }
    }

    /// <summary>Lets the due poller of a silo look once; returns how many steps it took up.</summary>
    public Task<int> PollDueAsync(int silo = 0) => Get<DuePoller>(silo).PollAsync(CancellationToken.None);

    /// <summary>Lets the receipt sink of a silo look once; returns how many receipts it found.</summary>
    public Task<int> PollReceiptsAsync(int silo = 0) => Get<ReceiptSink>(silo).PollAsync(CancellationToken.None);

    /// <summary>Hands a delivery receipt in as a carrier does.</summary>
    public Task ReceiveAsync(string messageId, AttemptStatus state, string? reason = null, string carrier = "sandbox", int silo = 0) =>
        Get<IReceiptSink>(silo).RecordAsync(
            new DeliveryReceipt(CarrierId.Parse(carrier), messageId, state, reason, _options.Time?.GetUtcNow() ?? TimeProvider.System.GetUtcNow()), CancellationToken.None);

    /// <summary>The alias grain of a verification.</summary>
    public IPhoneAliasGrain AliasOf(VerificationId verification) => Grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(verification));

    /// <summary>Lets a silo leave, as SIGTERM does.</summary>
    public Task LeaveAsync(int silo) => _cluster.StopSiloAsync(_cluster.Silos[silo]);

    /// <summary>Ends a silo without a goodbye.</summary>
    public Task KillAsync(int silo) => _cluster.KillSiloAsync(_cluster.Silos[silo]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What ends in peace waits for its time, which would not come by itself.
        using var over = new CancellationTokenSource();
        var clock = _options.Time is null ? Task.CompletedTask : Task.Run(() => RunClockAsync(TimeSpan.Zero, over.Token));
        await _cluster.DisposeAsync();
        await over.CancelAsync();
        await clock;
        Directory.Delete(_directory, recursive: true);
        AssertNothingLeaked();
    }

    /// <summary>Every number and code that a carrier of the test was given is looked for in everything that was logged.</summary>
    private void AssertNothingLeaked()
    {
        var messages = _options.Carriers.OfType<TestCarrier>().SelectMany(c => c.Messages).ToArray();
        if (messages.Length == 0)
            return;

        var leaks = new LeakDetector();
        foreach (var number in messages.Select(m => m.To).Distinct())
            leaks.Add(number);

        foreach (var code in messages.Select(TestCarrier.CodeIn).Distinct())
            leaks.Add(code);

        foreach (var line in Logs.Lines.Where(l => l.Category.StartsWith("MaskedVerify", StringComparison.Ordinal) || l.Category.StartsWith("Orleans", StringComparison.Ordinal)))
            leaks.Inspect($"log {line.Category} {line.EventId}", line.Text);

        leaks.AssertClean();
    }

    private async Task RunClockAsync(TimeSpan after, CancellationToken over)
    {
        await Task.Delay(after, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!over.IsCancellationRequested)
        {
            Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private static void Require(TenantReply reply)
    {
        if (!reply.Ok)
            throw new InvalidOperationException("The tenant was refused: " + string.Join(' ', reply.Errors));
    }

    private SiloRoles RolesOf(string siloName)
    {
        var index = int.Parse(siloName[(siloName.LastIndexOf('_') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        return index < _options.Roles.Count ? _options.Roles[index] : SiloRoles.All;
    }

    private void Compose(ISiloBuilder silo, SiloRoles roles)
    {
        ComposeTime(silo);
        ComposeStorage(silo, roles);
        if (roles.HasFlag(SiloRoles.Vault))
        {
            silo.Services.AddMaskedVerifyPrivacy(options =>
            {
                options.RootKeyPath = Path.Combine(_directory, "keys", "root.key");
                options.AllowLocalKeys = _options.AllowLiveTenants;
            });
        }
        else if (roles.HasFlag(SiloRoles.Front))
        {
            silo.Services.AddMaskedVerifyFrontKeys();
        }

        ComposeCarriers(silo, roles);
        silo.AddMaskedVerifyGrains(
            options =>
            {
                options.MaxClockSkew = TimeSpan.Zero;

                // On a clock that runs ahead, half a minute is over before the silos of a busy machine have met.
                options.StartupTimeout = TimeSpan.FromMinutes(10);
                _options.Grains(options);
            },
            roles);

        // Two busy processors must not look like a dead silo.
        silo.Configure<ClusterMembershipOptions>(o => o.ProbeTimeout = TimeSpan.FromSeconds(5));
        _options.Silo(silo);
    }

    // As in the product: what needs no connection is where aliases live, connections are on egress silos.
    private void ComposeCarriers(ISiloBuilder silo, SiloRoles roles)
    {
        if (_options.UseSandboxCarrier)
            silo.Services.AddMaskedVerifyCarriers(new ConfigurationBuilder().Build(), roles.HasFlag(SiloRoles.Vault) ? CarrierParts.Sandbox : CarrierParts.None);
        else
            silo.Services.AddSingleton<ICarrierClients>(new TestCarriers([.. _options.Carriers.Where(c => roles.HasFlag(c is ICarrierSession ? SiloRoles.Egress : SiloRoles.Vault))]));
    }

    private void ComposeTime(ISiloBuilder silo)
    {
        if (_options.Time is null)
            return;

        silo.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_options.Time));
        silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
    }

    private void ComposeStorage(ISiloBuilder silo, SiloRoles roles)
    {
        if (roles == SiloRoles.Front)
            return;

        if (_options.UseDatabases)
        {
            silo.Services.AddMaskedVerifyStorage(o => o.DataDirectory = Path.Combine(_directory, "data"));
            silo.AddMaskedVerifyGrainStorage();
            return;
        }

        if (roles.HasFlag(SiloRoles.Vault))
        {
            silo.Services.AddSingleton<IHotStore>(HotStore);
            silo.Services.AddSingleton<IKeysStore>(KeysStore);
        }

        silo.AddMaskedVerifyHotGrainStorage();
        silo.Services.AddGrainStorage(StateNames.ControlStorage, (services, _) => Control.ForSilo(services.GetRequiredService<OrleansGrainStorageSerializer>()));
    }

    private sealed class TestCarriers(IReadOnlyList<ICarrierClient> all) : ICarrierClients
    {
        public IReadOnlyList<ICarrierClient> All => all;

        public ICarrierClient? Find(CarrierId id) => all.FirstOrDefault(c => c.Id == id);
    }
}
