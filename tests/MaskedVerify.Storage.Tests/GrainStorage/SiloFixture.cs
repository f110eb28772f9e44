using MaskedVerify.Domain;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace MaskedVerify.Storage.Tests.GrainStorage;

/// <summary>One silo with the embedded engine; the hot store can be made to fail.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private readonly string _folder = StorageFixture.NewFolder();
    private InProcessTestCluster? _cluster;

    public IServiceProvider Services => _cluster!.Silos[0].ServiceProvider;

    public FaultyHotStore Hot => (FaultyHotStore)Services.GetRequiredService<IHotStore>();

    public INoteGrain Grain(string key) => _cluster!.Client.GetGrain<INoteGrain>(key);

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IHotStore>(provider => new FaultyHotStore(ActivatorUtilities.CreateInstance<SqliteHotStore>(provider, provider.GetRequiredService<SqliteFiles>().Hot)));
            silo.Services.AddMaskedVerifyStorage(options => options.DataDirectory = _folder);
            silo.AddMaskedVerifyGrainStorage();
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
