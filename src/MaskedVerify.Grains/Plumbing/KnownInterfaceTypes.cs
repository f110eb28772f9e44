using System.Collections.Concurrent;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>
/// Remembers the stable names of grain interfaces. Orleans reads them from the attribute by reflection at every <c>GetGrain</c>, which is several times per request;
/// whoever is registered first is asked first.
/// </summary>
internal sealed class KnownInterfaceTypes(IServiceProvider services) : IGrainInterfaceTypeProvider
{
    private readonly ConcurrentDictionary<Type, GrainInterfaceType> _names = new();

    /// <inheritdoc/>
    public bool TryGetGrainInterfaceType(Type type, out GrainInterfaceType grainInterfaceType)
    {
        if (!_names.TryGetValue(type, out grainInterfaceType))
        {
            grainInterfaceType = _names.GetOrAdd(type, Read);
        }

        return !grainInterfaceType.IsDefault;
    }

    private GrainInterfaceType Read(Type type) =>
        type.GetCustomAttributes(inherit: false).OfType<IGrainInterfaceTypeProviderAttribute>().FirstOrDefault()?.GetGrainInterfaceType(services, type) ?? default;
}
