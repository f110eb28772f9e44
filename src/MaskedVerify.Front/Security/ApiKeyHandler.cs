using System.Security.Claims;
using System.Text.Encodings.Web;
using MaskedVerify.Domain;
using MaskedVerify.Front.Problems;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Security;

/// <summary>
/// <c>Authorization: Bearer mv_live_…</c> or <c>mv_test_…</c>. The key id is looked up in this silo's catalog; no grain is ever activated for a key that
/// does not exist.
/// </summary>
internal sealed partial class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ITenantCatalog tenants)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string Name = "ApiKey";

    // The principal says only that a key was accepted; who it is stands in RequestCaller.
    private static readonly ClaimsPrincipal s_principal = new(new ClaimsIdentity(Name));

    private Problem _refusal = Problem.KeyMissing;

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization.Count == 0)
            return AuthenticateResult.NoResult();
        if (!BearerToken.TryRead(Request, out var token) || !ApiKeyText.TryParse(token, out var key))
            return Refuse(Problem.KeyMalformed);
        try
        {
            return await AdmitAsync(key);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogCatalogUnavailable(e.GetType().Name);
            return Refuse(Problem.Unavailable);
        }
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => _refusal.WriteAsync(Context);

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => _refusal.WriteAsync(Context);

    private async Task<AuthenticateResult> AdmitAsync(ApiKeyText key)
    {
        var keyId = key.KeyId;
        if (await tenants.FindByKeyAsync(keyId, Context.RequestAborted) is not { } found || found.IsLive != key.IsLive)
            return Refuse(Problem.KeyUnknown);
        var caller = Caller.Of(found.Tenant, key);
        var admission = await tenants.AdmitAsync(caller, Context.RequestAborted);
        switch (admission)
        {
            case { Kind: AdmissionKind.Admitted, Tenant: { } tenant }:
                Context.Features.Set(new RequestCaller(caller, tenant));
                return AuthenticateResult.Success(new AuthenticationTicket(s_principal, Name));
            case { Kind: AdmissionKind.Frozen }:
                return Refuse(Problem.Frozen);
            case { Kind: AdmissionKind.LiveNotAllowed }:
                return Refuse(Problem.LiveNotAllowed);
            case { Kind: AdmissionKind.Revoked }:
                return Refuse(Problem.KeyRevoked);
            case { Kind: AdmissionKind.Expired }:
                return Refuse(Problem.KeyExpired);
            default:
                return Refuse(Problem.KeyUnknown);
        }
    }

    private AuthenticateResult Refuse(Problem problem)
    {
        _refusal = problem;
        return AuthenticateResult.Fail(problem.Slug);
    }

    [LoggerMessage(EventIds.CatalogUnavailable, LogLevel.Warning, "API keys cannot be looked up now ({Kind}); requests are answered 503")]
    private partial void LogCatalogUnavailable(string kind);
}
