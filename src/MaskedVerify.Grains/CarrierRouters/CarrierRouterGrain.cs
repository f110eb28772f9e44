using MaskedVerify.Domain;
using Orleans.Concurrency;

namespace MaskedVerify.Grains.CarrierRouters;

/// <inheritdoc cref="ICarrierRouterGrain"/>
[GrainType("carrier-router")]
[StatelessWorker]
internal sealed class CarrierRouterGrain(IGrainContext context, RouteCatalog catalog) : IGrainBase, ICarrierRouterGrain
{
    /// <inheritdoc/>
    public IGrainContext GrainContext => context;

    /// <inheritdoc/>
    public ValueTask<RoutePlan> Plan(PlanQuery query) => ValueTask.FromResult(catalog.Plan(query));

    /// <inheritdoc/>
    public ValueTask Report(RouteId route, string country, int error)
    {
        catalog.Count(route, country, error);
        return ValueTask.CompletedTask;
    }
}
