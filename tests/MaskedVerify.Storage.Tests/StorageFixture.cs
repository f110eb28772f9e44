using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Storage.Tests;

/// <summary>The embedded engine on a folder of its own, which goes away with it.</summary>
public sealed class StorageFixture : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly bool _ownsFolder;

    public StorageFixture(string? folder = null, Action<StorageOptions>? configure = null, Action<IServiceCollection>? register = null)
    {
        _ownsFolder = folder is null;
        Folder = folder ?? NewFolder();
        var services = new ServiceCollection();
        register?.Invoke(services);
        services.AddMaskedVerifyStorage(options =>
        {
            options.DataDirectory = Folder;
            configure?.Invoke(options);
        });
        _services = services.BuildServiceProvider();
    }

    public string Folder { get; }

    public IServiceProvider Services => _services;

    public IHotStore Hot => _services.GetRequiredService<IHotStore>();

    public IKeysStore Keys => _services.GetRequiredService<IKeysStore>();

    public IDatabaseMigrator Migrator => _services.GetRequiredService<IDatabaseMigrator>();

    internal SqliteFiles Files => _services.GetRequiredService<SqliteFiles>();

    public static string NewFolder() => Directory.CreateTempSubdirectory("mv-storage-").FullName;

    public void Dispose()
    {
        _services.Dispose();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
