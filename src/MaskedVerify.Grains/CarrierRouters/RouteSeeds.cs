using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.RouteTables;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>
/// The routes that are there without a step: those of the sandbox, <c>sandbox-{channel}</c> to every country. A carrier whose messages reach people, and cost money, gets none:
/// an operator names the countries.
/// </summary>
internal static class RouteSeeds
{
    /// <summary>Name of the carrier that only test tenants reach.</summary>
    internal const string SandboxCarrier = "sandbox";

    /// <summary>Priority of such a route: before and after it there is room for an operator's own.</summary>
    internal const int Priority = 500;

    internal static IReadOnlyList<RouteRule> For(IEnumerable<ICarrierClient> carriers) =>
        carriers.Where(c => c.Id.Value == SandboxCarrier).SelectMany(c => c.Channels.Order(), (carrier, channel) => For(carrier.Id, channel)).ToArray();

    private static RouteRule For(CarrierId carrier, Channel channel)
    {
        var name = channel switch { Channel.Sms => "sms", Channel.Voice => "voice", _ => ((int)channel).ToString(null, null) };
        return new RouteRule(
            RouteId.Parse($"{carrier.Value}-{name}"),
            carrier,
            new[] { TenantPolicyRules.AnyCountry },
            channel,
            Priority,
            IsSandbox: true,
            IsEnabled: true,
            Sender: null);
    }
}
