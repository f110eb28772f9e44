using MaskedVerify.Domain;

namespace MaskedVerify.Carriers;

/// <summary>The carriers that were registered, by name. Two of one name stop the start.</summary>
internal sealed class CarrierClients : ICarrierClients
{
    private readonly Dictionary<CarrierId, ICarrierClient> _byId = [];

    public CarrierClients(IEnumerable<ICarrierClient> clients)
    {
        All = [.. clients];
        foreach (var client in All)
        {
            if (!_byId.TryAdd(client.Id, client))
            {
                throw new InvalidOperationException($"Two carriers are named '{client.Id}': give each an own Id.");
            }
        }
    }

    public IReadOnlyList<ICarrierClient> All { get; }

    public ICarrierClient? Find(CarrierId id) => _byId.GetValueOrDefault(id);
}
