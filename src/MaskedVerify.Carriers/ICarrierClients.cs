using MaskedVerify.Domain;

namespace MaskedVerify.Carriers;

/// <summary>The carriers of this process.</summary>
public interface ICarrierClients
{
    /// <summary>All of them.</summary>
    IReadOnlyList<ICarrierClient> All { get; }

    /// <summary>By name, or null.</summary>
    ICarrierClient? Find(CarrierId id);
}
