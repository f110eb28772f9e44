using System.Text.Json;
using MaskedVerify.Carriers;
using MaskedVerify.Grains;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Operations on the routes of this region.</summary>
internal static class RouteAdministration
{
    public static async Task<IResult> Get(IGrainFactory grains, IOptions<PrivacyOptions> options) => Json(await Router(grains, options).GetTable());

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

        var reply = await Router(grains, options).Replace(body.Version, [.. body.Routes.Select(r => r.ToRule())]);
        if (reply.Conflict)
        {
            return AdministrationProblems.Conflict($"The routes have version {reply.Table.Version} now: read them again and repeat the change.");
        }

        if (!reply.Ok)
        {
            return AdministrationProblems.Invalid([.. reply.Errors.Select(e => new AdministrationError("/routes", e))]);
        }

        return Json(reply.Table);
    }

    private static IResult Json(RouteTable table) => Results.Json(
        new RouteList(
            table.Version,
            [.. table.Routes.Select(RouteDocument.From)],
            [.. table.Outcomes.Select(o => new OutcomeDocument(o.Route, o.Country, Word(o.Outcome), o.Count))]),
        AdministrationJson.Options);

    private static string Word(int outcome) => outcome switch
    {
        RouteOutcomeCount.Approved => "approved",
        0 => "accepted",
        _ => JsonNamingPolicy.KebabCaseLower.ConvertName(((CarrierError)outcome).ToString()),
    };

    private static ICarrierRouterGrain Router(IGrainFactory grains, IOptions<PrivacyOptions> options) =>
        grains.GetGrain<ICarrierRouterGrain>(GrainKeys.CarrierRouter(options.Value.Region));
}
