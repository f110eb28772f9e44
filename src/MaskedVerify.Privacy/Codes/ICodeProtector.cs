using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>Codes at rest: a keyed MAC for checking, and, only while a message may still have to be sent, a sealed copy.</summary>
public interface ICodeProtector
{
    /// <summary>HMAC-SHA-256(CodeKey, region | tenant | verification | send | code): 32 bytes.</summary>
    byte[] Mac(TenantId tenant, VerificationId verification, int send, OneTimeCode code);

    /// <summary>Fixed-time comparison of a typed code with a stored MAC.</summary>
    bool Matches(ReadOnlySpan<byte> mac, TenantId tenant, VerificationId verification, int send, OneTimeCode code);

    /// <summary>Seals a code under the subject key of its alias, bound to verification and send.</summary>
    ValueTask<byte[]> SealAsync(TenantId tenant, AliasId alias, VerificationId verification, int send, OneTimeCode code, CancellationToken cancellationToken = default);

    /// <summary>Opens a sealed code.</summary>
    /// <exception cref="SealBrokenException">Erased, swapped or edited.</exception>
    ValueTask<OneTimeCode> OpenAsync(
        TenantId tenant, AliasId alias, VerificationId verification, int send, ReadOnlyMemory<byte> sealedCode, CancellationToken cancellationToken = default);
}
