using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using MaskedVerify.Front.Operations.Administration;
using MaskedVerify.Front.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Security;

/// <summary>
/// A key of the internal port as a bearer token, or as the password of Basic authentication (any user name), so that a browser can ask for it. A browser sends the
/// latter by itself, also for a page of somebody else: it makes nobody more than a <see cref="Viewer"/>.
/// </summary>
internal sealed class OperatorHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, InternalKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string Name = "Operator";

    /// <summary>Role of who sends the operator's key as a bearer token.</summary>
    public const string Operator = "operator";

    /// <summary>Role of who sends the operator's key by Basic authentication.</summary>
    public const string Viewer = "viewer";

    /// <summary>Role of who has the observer's key.</summary>
    public const string Observer = "observer";

    private static readonly AuthenticationTicket s_operator = Ticket(Operator);
    private static readonly AuthenticationTicket s_viewer = Ticket(Viewer);
    private static readonly AuthenticationTicket s_observer = Ticket(Observer);

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Refusal().WriteAsync(Context);

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refusal().WriteAsync(Context);

    private AuthenticateResult Authenticate()
    {
        if (BearerToken.TryRead(Request, out var token))
            return Judge(token, s_operator);
        if (Request.Headers.Authorization is [{ Length: < 4096 } value] && value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            Span<byte> bytes = stackalloc byte[3072];
            if (Convert.TryFromBase64Chars(value.AsSpan(6), bytes, out var length))
            {
                ReadOnlySpan<char> text = Encoding.UTF8.GetString(bytes[..length]);
                return Judge(text[(text.IndexOf(':') + 1)..], s_viewer);
            }
        }

        return AuthenticateResult.NoResult();
    }

    private AuthenticateResult Judge(ReadOnlySpan<char> text, AuthenticationTicket owner)
    {
        if (keys.Operator is { } key && key.Matches(text))
            return AuthenticateResult.Success(owner);
        return keys.Observer.Matches(text) ? AuthenticateResult.Success(s_observer) : AuthenticateResult.Fail("Not a key of this port.");
    }

    private Problem Refusal()
    {
        if (Request.Path.StartsWithSegments(AdministrationEndpoints.Path, StringComparison.OrdinalIgnoreCase))
            return BearerToken.TryRead(Request, out _) ? Problem.AdministrationKeyWrong : Problem.AdministrationKeyMissing;
        return Request.Headers.Authorization.Count == 0 ? Problem.OperatorKeyMissing : Problem.OperatorKeyWrong;
    }

    private static AuthenticationTicket Ticket(string role) => new(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], Name)), Name);
}
