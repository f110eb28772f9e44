using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Operations on the API keys of a tenant.</summary>
internal static class KeyAdministration
{
    public static async Task<IResult> Create(string tenant, HttpRequest request, IGrainFactory grains, ITenantCatalog catalog)
    {
        var body = await AdministrationJson.ReadAsync<CreateKeyRequest>(request);
        return await TenantAdministration.WithTenant(tenant, grains, catalog, async (grain, snapshot) =>
        {
            var key = ApiKeyText.Create(snapshot.IsLive);
            var reply = await grain.AddKey(key.KeyId, key.SecretHash(), body.Label, body.ExpiresAt);
            if (!reply.Ok)
            {
                return TenantAdministration.Refusal(reply);
            }

            await catalog.RefreshAsync();
            return Results.Json(new NewKeyDocument(key.KeyId, key.Reveal(), body.Label, body.ExpiresAt), AdministrationJson.Options, statusCode: StatusCodes.Status201Created);
        });
    }

    public static Task<IResult> List(string tenant, IGrainFactory grains, ITenantCatalog catalog) =>
        TenantAdministration.WithTenant(tenant, grains, catalog, (_, snapshot) =>
            Task.FromResult(Results.Json(new KeyList([.. snapshot.Keys.Select(KeyDocument.From)]), AdministrationJson.Options)));

    public static async Task<IResult> Revoke(string tenant, string key, HttpRequest request, IGrainFactory grains, ITenantCatalog catalog)
    {
        await AdministrationJson.ReadAsync<NoMembers>(request);
        return await TenantAdministration.WithTenant(tenant, grains, catalog, async (grain, snapshot) =>
        {
            if (!snapshot.Keys.Any(k => k.KeyId == key))
            {
                return AdministrationProblems.NotFound("key");
            }

            var reply = await grain.RevokeKey(key);
            if (!reply.Ok)
            {
                return TenantAdministration.Refusal(reply, "key");
            }

            await catalog.RefreshAsync();
            var record = reply.Tenant!.Keys.Single(k => k.KeyId == key);
            return Results.Json(KeyDocument.From(record), AdministrationJson.Options);
        });
    }
}
