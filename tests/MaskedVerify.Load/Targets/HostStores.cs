using System.Globalization;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Load.Servers;
using MaskedVerify.Privacy;
using MaskedVerify.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Load.Targets;

/// <summary>The stores of a test host: opened once, used by all its silos, because the embedded engine has one writer per file.</summary>
internal sealed class HostStores : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly ServiceProvider _shared;
    private readonly IConfiguration _sandbox;

    private HostStores(TempFolder folder, ServiceProvider shared, IConfiguration sandbox)
    {
        _folder = folder;
        _shared = shared;
        _sandbox = sandbox;
    }

    /// <summary>Folder of the databases.</summary>
    public string Folder => _folder.Path;

    private string RootKeyPath => RootKey(_folder);

    /// <summary>Opens stores and makes the region's keys.</summary>
    public static async Task<HostStores> OpenAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        var folder = TempFolder.Open(settings.DataFolder);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMaskedVerifyStorage(storage => storage.DataDirectory = folder.Path);
        services.AddMaskedVerifyPrivacy(privacy => privacy.RootKeyPath = RootKey(folder));
        var shared = services.BuildServiceProvider();
        var sandbox = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Sandbox:InboxPerAlias"] = "5",
            ["Sandbox:InboxTotal"] = settings.InboxTotal.ToString(CultureInfo.InvariantCulture),
            ["Sandbox:Receipts"] = settings.Receipts ? "true" : "false",
        }).Build();
        var stores = new HostStores(folder, shared, sandbox);
        foreach (var service in shared.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            await service.StartingAsync(cancellationToken);
        await shared.GetRequiredService<IKeyRingWarmup>().WarmUpAsync(cancellationToken);
        return stores;
    }

    /// <summary>What the server composes, over the shared stores.</summary>
    public void Compose(ISiloBuilder silo)
    {
        silo.Services.AddSingleton(_shared.GetRequiredService<IHotStore>());
        silo.Services.AddSingleton(_shared.GetRequiredService<IKeysStore>());
        silo.Services.AddSingleton(_shared.GetRequiredService<IStorageEngine>());
        silo.Services.AddMaskedVerifyPrivacy(privacy => privacy.RootKeyPath = RootKeyPath);
        silo.Services.AddMaskedVerifyCarriers(_sandbox);
        silo.AddMaskedVerifyGrainStorage();
        silo.AddMaskedVerifyGrains(_ => { });
        silo.Services.AddLogging(logging => logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.None)
            .AddFilter("MaskedVerify", LogLevel.Warning));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _shared.DisposeAsync();
        _folder.Dispose();
    }

    private static string RootKey(TempFolder folder) => Path.Combine(folder.Path, "keys", "root.key");
}
