using System.Security.Cryptography;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Operations on tenants.</summary>
internal static class TenantAdministration
{
    public static async Task<IResult> Create(HttpRequest request, IGrainFactory grains, ITenantCatalog catalog)
    {
        var body = await AdministrationJson.ReadAsync<CreateTenantRequest>(request);
        var errors = new List<AdministrationError>();
        var defaults = body.Live ? new TenantPolicy() : new TenantPolicy { Countries = ["*"] };
        var policy = AdministrationJson.Overlay(defaults, body.Policy, "/policy", errors);
        if (errors.Count > 0)
        {
            return AdministrationProblems.Invalid(errors);
        }

        var id = NewId();
        var reply = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(id)).Create(body.Name, body.Live, policy);
        if (!reply.Ok)
        {
            return Refusal(reply);
        }

        await catalog.RefreshAsync();
        return Json(reply.Tenant!, StatusCodes.Status201Created);
    }

    public static async Task<IResult> List(ITenantCatalog catalog, CancellationToken cancellationToken)
    {
        await catalog.RefreshAsync(cancellationToken);
        var tenants = catalog.All.OrderBy(t => t.Name, StringComparer.Ordinal).ThenBy(t => t.Tenant.Value, StringComparer.Ordinal);
        return Results.Json(new TenantList([.. tenants.Select(TenantDocument.From)]), AdministrationJson.Options);
    }

    public static Task<IResult> Get(string tenant, IGrainFactory grains, ITenantCatalog catalog) =>
        WithTenant(tenant, grains, catalog, (_, snapshot) => Task.FromResult(Json(snapshot)));

    public static async Task<IResult> ChangePolicy(string tenant, HttpRequest request, IGrainFactory grains, ITenantCatalog catalog)
    {
        var body = await AdministrationJson.ReadAsync<ChangePolicyRequest>(request);
        return await WithTenant(tenant, grains, catalog, async (grain, snapshot) =>
        {
            // Also when nothing would change: who names a version has read another policy. The grain itself takes a repeated command as done.
            if (body.ExpectedVersion is { } expected && expected != snapshot.Version)
                return AdministrationProblems.Conflict($"The tenant has version {snapshot.Version}, not {expected}: read it again and repeat the change.");

            var errors = new List<AdministrationError>();
            var policy = AdministrationJson.Overlay(snapshot.Policy, body.Policy, "/policy", errors);
            if (errors.Count > 0)
            {
                return AdministrationProblems.Invalid(errors);
            }

            var reply = await grain.ChangePolicy(body.ExpectedVersion ?? snapshot.Version, policy);
            return await Answer(reply, catalog);
        });
    }

    public static Task<IResult> Freeze(string tenant, HttpRequest request, IGrainFactory grains, ITenantCatalog catalog) => SetFrozen(true, tenant, request, grains, catalog);

    public static Task<IResult> Thaw(string tenant, HttpRequest request, IGrainFactory grains, ITenantCatalog catalog) => SetFrozen(false, tenant, request, grains, catalog);

    /// <summary>Runs an operation on a tenant that exists; a grain is called only for tenants that the catalog knows.</summary>
    public static async Task<IResult> WithTenant(string text, IGrainFactory grains, ITenantCatalog catalog, Func<ITenantGrain, TenantSnapshot, Task<IResult>> operation)
    {
        if (!TenantId.TryParse(text, out var id))
        {
            return AdministrationProblems.NotFound("tenant");
        }

        if (catalog.Find(id) is null)
        {
            await catalog.RefreshAsync();
        }

        if (catalog.Find(id) is null)
        {
            return AdministrationProblems.NotFound("tenant");
        }

        var grain = grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(id));
        return await grain.Get() is { } snapshot ? await operation(grain, snapshot) : AdministrationProblems.NotFound("tenant");
    }

    /// <summary>A refusal of a tenant grain as a problem.</summary>
    public static IResult Refusal(TenantReply reply, string missing = "tenant") =>
        reply.NotFound ? AdministrationProblems.NotFound(missing)
        : reply.Conflict ? AdministrationProblems.Conflict(Sentences(reply, "It was changed in between: read it again and repeat the change."))
        : AdministrationProblems.Invalid([.. reply.Errors.Select(e => new AdministrationError("", e))]);

    private static string Sentences(TenantReply reply, string otherwise) => reply.Errors.Count > 0 ? string.Join(' ', reply.Errors) : otherwise;

    private static async Task<IResult> SetFrozen(bool frozen, string tenant, HttpRequest request, IGrainFactory grains, ITenantCatalog catalog)
    {
        await AdministrationJson.ReadAsync<NoMembers>(request);
        return await WithTenant(tenant, grains, catalog, async (grain, _) => await Answer(await grain.SetFrozen(frozen), catalog));
    }

    private static async Task<IResult> Answer(TenantReply reply, ITenantCatalog catalog)
    {
        if (!reply.Ok)
        {
            return Refusal(reply);
        }

        await catalog.RefreshAsync();
        return Json(reply.Tenant!);
    }

    private static IResult Json(TenantSnapshot tenant, int status = StatusCodes.Status200OK) =>
        Results.Json(TenantDocument.From(tenant), AdministrationJson.Options, statusCode: status);

    private static TenantId NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        Span<char> text = stackalloc char[Base32.Length128];
        Base32.Write(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes), text);
        return TenantId.Parse(string.Concat(TenantId.Prefix, text));
    }
}
