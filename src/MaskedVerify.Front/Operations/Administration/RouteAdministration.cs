using System.Text.Json;
using MaskedVerify.Carriers;
using MaskedVerify.Grains;
using MaskedVerify.Grains.RouteTables;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Operations on the routes of this region.</summary>
internal static class RouteAdministration
{
    public static async Task<IResult> Get(IGrainFactory grains, IOptions<PrivacyOptions> options)
    {
        var table = Table(grains, options);
        var snapshot = await table.GetIfOther(-1) ?? new RouteTableSnapshot(0, []);
        return await Json(table, snapshot);
    }

    public static async Task<IResult> Replace(HttpRequest request, IGrainFactory grains, IOptions<PrivacyOptions> options, ICarrierOverview overview)
    {
        var body = await AdministrationJson.ReadAsync<ReplaceRoutesRequest>(request);
        // Those of egress silos too: this silo may be a vault.
        var carriers = overview.Look().Select(c => c.Carrier).ToArray();
        var unknown = body.Routes.Index().Where(r => !carriers.Contains(r.Item.Carrier)).Select(r => new AdministrationError(
            $"/routes/{r.Index}/carrier",
            $"There is no carrier {r.Item.Carrier}. There is {string.Join(", ", carriers)}."));
        var errors = unknown.ToArray();
        if (errors.Length > 0)
        {
            return AdministrationProblems.Invalid(errors);
        }

        var table = Table(grains, options);
        var reply = await table.Replace(body.Version, [.. body.Routes.Select(r => r.ToRule())]);
        if (reply.Conflict)
        {
            return AdministrationProblems.Conflict($"The routes have version {reply.Table.Version} now: read them again and repeat the change.");
        }

        if (!reply.Ok)
        {
            return AdministrationProblems.Invalid([.. reply.Errors.Select(e => new AdministrationError("/routes", e))]);
        }

        return await Json(table, reply.Table);
    }

    private static async Task<IResult> Json(IRouteTableGrain table, RouteTableSnapshot snapshot)
    {
        var outcomes = await table.GetOutcomes();
        return Results.Json(
            new RouteList(
                snapshot.Version,
                [.. snapshot.Routes.Select(RouteDocument.From)],
                [.. outcomes.Select(o => new OutcomeDocument(o.Route, o.Country, Word(o.Error), o.Count))]),
            AdministrationJson.Options);
    }

    private static string Word(int error) => error == 0 ? "accepted" : JsonNamingPolicy.KebabCaseLower.ConvertName(((CarrierError)error).ToString());

    private static IRouteTableGrain Table(IGrainFactory grains, IOptions<PrivacyOptions> options) =>
        grains.GetGrain<IRouteTableGrain>(GrainKeys.RouteTable(options.Value.Region));
}
