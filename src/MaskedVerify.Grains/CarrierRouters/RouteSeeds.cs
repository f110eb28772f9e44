using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.RouteTables;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>The routes that carriers bring along, so that a configured carrier works without another step: <c>{carrier}-{channel}</c> to every country.</summary>
internal static class RouteSeeds
{
    /// <summary>Name of the carrier that only test tenants reach.</summary>
    internal const string SandboxCarrier = "sandbox";

    /// <summary>Priority of such a route: before and after it there is room for an operator's own.</summary>
    internal const int Priority = 500;

    internal static IReadOnlyList<RouteRule> For(IEnumerable<ICarrierClient> carriers) =>
        carriers.SelectMany(c => c.Channels.Order(), (carrier, channel) => For(carrier.Id, channel)).ToArray();

    private static RouteRule For(CarrierId carrier, Channel channel)
    {
        var name = channel switch { Channel.Sms => "sms", Channel.Voice => "voice", _ => ((int)channel).ToString(null, null) };
        return new RouteRule(
            RouteId.Parse($"{carrier.Value}-{name}"),
            carrier,
            new[] { TenantPolicyRules.AnyCountry },
            channel,
            Priority,
            IsSandbox: carrier.Value == SandboxCarrier,
            IsEnabled: true,
            Sender: null);
    }
}
