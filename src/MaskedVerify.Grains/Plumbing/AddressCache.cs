using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime.GrainDirectory;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Orleans' own cache of grain addresses, smaller than its default and not counted.</summary>
internal static class AddressCache
{
    /// <summary>
    /// Addresses kept. An alias is asked for a few times within a minute or two and then not for days; its address stays until newer ones push it out. Orleans' default is a
    /// million.
    /// </summary>
    public const int Size = 50_000;

    /// <summary>Gives it to a silo.</summary>
    /// <remarks>
    /// The cache that Orleans makes for itself reports its size to an observable instrument, and finds it by walking all entries: for every reader of metrics and, for the dashboard, each
    /// second (seen: 7.7 ms of 1,000 with some ten thousand addresses). A view that drops the instrument does not spare the walk. Made apart from the silo's services it finds nothing to report to.
    /// </remarks>
    public static ISiloBuilder AddAddressCache(this ISiloBuilder silo)
    {
        silo.Configure<GrainDirectoryOptions>(o =>
        {
            o.CacheSize = Size;
            o.CachingStrategy = GrainDirectoryOptions.CachingStrategyType.Custom;
        });
        using var none = new ServiceCollection().BuildServiceProvider();
        silo.Services.AddSingleton(GrainDirectoryCacheFactory.CreateGrainDirectoryCache(none, new GrainDirectoryOptions { CacheSize = Size }));
        return silo;
    }
}
