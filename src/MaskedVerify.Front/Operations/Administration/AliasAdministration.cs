using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Operations on the checks of one alias. By alias only: a number is never asked for and never answered.</summary>
internal static class AliasAdministration
{
    public static Task<IResult> Checks(string tenant, string alias, IGrainFactory grains, ITenantCatalog catalog, IIdTagger tagger) =>
        WithAlias(tenant, alias, grains, catalog, tagger, (grain, owner, id) => grain.GetChecks(owner, id));

    public static async Task<IResult> Unpause(string tenant, string alias, HttpRequest request, IGrainFactory grains, ITenantCatalog catalog, IIdTagger tagger)
    {
        var body = await AdministrationJson.ReadAsync<UnpauseRequest>(request);
        return await WithAlias(tenant, alias, grains, catalog, tagger, (grain, owner, id) => grain.Unpause(owner, id, body.Channel));
    }

    // The grain of an alias is called only for an id that was made for this tenant.
    private static Task<IResult> WithAlias(
        string tenant,
        string alias,
        IGrainFactory grains,
        ITenantCatalog catalog,
        IIdTagger tagger,
        Func<IPhoneAliasGrain, TenantId, AliasId, Task<AliasChecksReply>> operation) =>
        TenantAdministration.WithTenant(tenant, grains, catalog, async (_, snapshot) =>
        {
            if (!AliasId.TryParse(alias, out var id) || !tagger.Owns(snapshot.Tenant, id))
            {
                return AdministrationProblems.NotFound("alias");
            }

            return await operation(grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(id)), snapshot.Tenant, id) switch
            {
                { Kind: ReplyKind.NotFound } => AdministrationProblems.NotFound("alias"),
                { Kind: ReplyKind.Ok, Checks: { } checks } => Results.Json(AliasChecksDocument.From(id, checks), AdministrationJson.Options),
                _ => AdministrationProblems.Unavailable(),
            };
        });
}
