namespace MaskedVerify.Front.Security;

/// <summary>Reads <c>Authorization: Bearer …</c> (RFC 6750 §2.1): exactly one header, one space, the scheme in any case.</summary>
internal static class BearerToken
{
    /// <summary>The token, without copying it.</summary>
    public static bool TryRead(HttpRequest request, out ReadOnlySpan<char> token)
    {
        token = default;
        var values = request.Headers.Authorization;
        if (values is not [{ } value] || !value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return false;
        token = value.AsSpan(7);
        return !token.IsEmpty;
    }
}
