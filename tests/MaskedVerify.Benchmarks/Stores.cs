using MaskedVerify.Load.Servers;
using MaskedVerify.Privacy;
using MaskedVerify.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Benchmarks;

/// <summary>Storage and privacy as the server registers them, on SQLite in a folder for temporary files.</summary>
internal sealed class Stores : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Open(null);
    private readonly ServiceProvider _services;

    public Stores()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMaskedVerifyStorage(storage => storage.DataDirectory = _folder.Path);
        services.AddMaskedVerifyPrivacy(privacy => privacy.RootKeyPath = Path.Combine(_folder.Path, "keys", "root.key"));
        _services = services.BuildServiceProvider();
        Get<IKeyRingWarmup>().WarmUpAsync().GetAwaiter().GetResult();
    }

    /// <summary>A service.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <inheritdoc/>
    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }
}
