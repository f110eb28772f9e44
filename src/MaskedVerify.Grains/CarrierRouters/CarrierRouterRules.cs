using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>Changes of the routes, and the picks made from them. Pure.</summary>
internal static partial class CarrierRouterRules
{
    /// <summary>Most routes of a region.</summary>
    internal const int MaxRoutes = 1_000;

    /// <summary>Name of the carrier that only test tenants reach.</summary>
    internal const string SandboxCarrier = "sandbox";

    /// <summary>Priority of the sandbox's routes: before and after them there is room for an operator's own.</summary>
    private const int SeedPriority = 500;

    /// <summary>Most characters of a sender: E.164 has 15 digits, an alphanumeric sender 11 (3GPP TS 23.040 §9.1.2.5); short codes fit too.</summary>
    internal const int MaxSender = 16;

    internal static CarrierRouterOutcome Replace(CarrierRouterState state, long expectedVersion, IReadOnlyList<RouteRule> routes)
    {
        var errors = Validate(routes);
        if (errors.Count > 0)
            return new CarrierRouterOutcome(null, errors, false);

        if (state.Version != expectedVersion)
            return new CarrierRouterOutcome(null, [], true);

        return new CarrierRouterOutcome(state with { Version = state.Version + 1, Routes = [.. routes] }, [], false);
    }

    /// <summary>
    /// The routes that are there without a step: those of the sandbox, <c>sandbox-{channel}</c> to every country, each once in the life of the table: what an operator removed does
    /// not come back. A carrier whose messages reach people, and cost money, gets none: an operator names the countries. Null when the table has had them all.
    /// </summary>
    internal static CarrierRouterState? Seed(CarrierRouterState state, IEnumerable<ICarrierClient> carriers)
    {
        var added = carriers.Where(c => c.Id.Value == SandboxCarrier).SelectMany(c => c.Channels.Order(), (carrier, channel) => SeedOf(carrier.Id, channel))
            .Where(r => !state.Seeded.Contains(r.Route)).ToArray();
        if (added.Length == 0)
            return null;

        return state with
        {
            Version = state.Version + 1,
            Routes = [.. state.Routes, .. added.Where(r => state.Routes.All(known => known.Route != r.Route))],
            Seeded = [.. state.Seeded, .. added.Select(r => r.Route)],
        };
    }

    /// <summary>Every mistake, one sentence each; empty when the routes are good.</summary>
    internal static IReadOnlyList<string> Validate(IReadOnlyList<RouteRule> routes)
    {
        var errors = new List<string>();
        if (routes.Count > MaxRoutes)
            errors.Add($"A table has at most {MaxRoutes} routes; this one has {routes.Count}.");

        foreach (var twice in routes.GroupBy(r => r.Route).Where(g => g.Count() > 1))
            errors.Add($"Route {twice.Key} stands there {twice.Count()} times: names are unique.");

        foreach (var (rule, index) in routes.Select((r, i) => (r, i)))
            Validate(rule, rule.Route.IsNone ? $"Route number {index + 1}" : $"Route {rule.Route}", errors);

        return errors;
    }

    private static RouteRule SeedOf(CarrierId carrier, Channel channel) => new(
        RouteId.Parse($"{carrier.Value}-{(channel == Channel.Sms ? "sms" : "voice")}"),
        carrier,
        new[] { TenantPolicyRules.AnyCountry },
        channel,
        SeedPriority,
        IsSandbox: true,
        IsEnabled: true,
        Sender: null);

    private static void Validate(RouteRule rule, string name, List<string> errors)
    {
        if (rule.Route.IsNone)
            errors.Add($"{name}: route must be 1 to {RouteId.MaxLength} of a-z, 0-9 and -.");

        if (rule.Carrier.IsNone)
            errors.Add($"{name}: carrier must be 1 to {CarrierId.MaxLength} of a-z, 0-9 and -.");

        if (rule.Countries.Count is < 1 or > 300)
            errors.Add($"{name}: countries must have 1 to 300 items.");

        if (rule.Countries.FirstOrDefault(c => c is not (TenantPolicyRules.AnyCountry or PhoneDestination.NoCountry) && !Countries.IsKnown(c)) is { } wrong)
            errors.Add($"{name}: countries: {Countries.Refusal(wrong)}");

        if (!Enum.IsDefined(rule.Channel))
            errors.Add($"{name}: channel must be sms or voice.");

        if (rule.Priority is < 0 or > 1_000)
            errors.Add($"{name}: priority must be 0 to 1000; it is {rule.Priority}.");

        if (rule.Sender is not null && (rule.Sender.Length is < 1 or > MaxSender || !rule.Sender.All(c => c is >= ' ' and <= '~')))
            errors.Add($"{name}: sender must have 1 to {MaxSender} printable ASCII characters.");
    }
}

/// <summary>How a replacement was judged.</summary>
/// <param name="Next">The table to write, or null.</param>
/// <param name="Errors">Every mistake, one sentence each.</param>
/// <param name="Conflict">Somebody else was first.</param>
internal sealed record CarrierRouterOutcome(CarrierRouterState? Next, IReadOnlyList<string> Errors, bool Conflict);
