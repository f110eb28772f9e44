using System.Runtime.InteropServices;
using MaskedVerify.Domain;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Security;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Requests;

/// <summary>Idempotency of a request: the caller's key, or a fresh command id that makes the front's own retry safe.</summary>
internal static class RequestStamp
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>Says that an answer is a stored one.</summary>
    public const string ReplayedHeader = "Idempotent-Replayed";

    /// <summary>Reads the key and mints the command id; a problem when the key is malformed, or missing where the tenant demands one.</summary>
    public static Problem? TryRead(HttpContext context, RequestCaller caller, out CommandStamp stamp)
    {
        stamp = new CommandStamp(RandomId(), default);
        var values = context.Request.Headers[Header];
        if (values.Count == 0)
            return caller.Tenant.Policy.IdempotencyKeyRequired ? Problem.IdempotencyKeyMissing : null;
        if (values.Count > 1 || !IdempotencyKey.TryParse(values[0], out var key))
            return Problem.Invalid([RequestError.InHeader(Header, "Expected one key of 1 to 255 visible ASCII characters, without spaces.")]);
        stamp = stamp with { Key = key };
        return null;
    }

    private static UInt128 RandomId()
    {
        UInt128 id = 0;
        SecureRandom.Fill(MemoryMarshal.AsBytes(new Span<UInt128>(ref id)));
        return id;
    }
}
