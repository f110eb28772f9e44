using Orleans.Concurrency;

namespace MaskedVerify.Architecture.Tests.Grains;

#pragma warning disable CS9113 // never constructed
#pragma warning disable ORLEANS0010, ORLEANS0011, ORLEANS0012, ORLEANS0013, ORLEANS0014, ORLEANS0113, CA1068 // breaking these is their purpose

/// <summary>Breaks every rule of grain interfaces.</summary>
public interface IPlantedGrain : IGrainWithStringKey
{
    Task Unnamed(CancellationToken cancellationToken, int last);
}

/// <summary>Breaks every rule of grain classes.</summary>
[Reentrant]
public class PlantedGrain(
    IGrainContext context,
    [PersistentState("phone-alias", "hot")] IPersistentState<int> first,
    [PersistentState("made-up", "cellar")] IPersistentState<int> second) : PlantedBase, IGrainBase
{
    public IGrainContext GrainContext => context;

    public async Task Leave() => await Task.CompletedTask.ConfigureAwait(false);
}

/// <summary>A base class that a grain should not have.</summary>
public class PlantedBase;

/// <summary>Shares a state name.</summary>
public sealed class PlantedTwinGrain(IGrainContext context, [PersistentState("phone-alias", "hot")] IPersistentState<int> state) : IGrainBase
{
    public IGrainContext GrainContext => context;
}

