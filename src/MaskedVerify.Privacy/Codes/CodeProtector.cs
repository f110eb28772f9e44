using System.Security.Cryptography;
using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>
/// MAC of a code: HMAC-SHA-256(CodeKey, <c>region|tenant|verification|send|digits</c>), ASCII, 32 bytes; a check tries every live version of the key.
/// Sealed code, 39 bytes: 1 byte format version (1), 12 bytes nonce, 10 bytes ciphertext, 16 bytes tag (AES-256-GCM under the alias' subject key); the
/// plaintext is the ASCII digits followed by zero bytes up to 10, so the length does not show; additional authenticated data
/// <c>mv-code/1|region|tenant|alias|verification|send</c>.
/// </summary>
internal sealed class CodeProtector(KeyRing ring, SubjectKeys subjects) : ICodeProtector
{
    /// <inheritdoc/>
    public byte[] Mac(TenantId tenant, VerificationId verification, int send, OneTimeCode code)
    {
        var result = new byte[KeyedMac.Size];
        Mac(ring.Region.Code.Newest, ring.RegionName, tenant, verification, send, code, result);
        return result;
    }

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> mac, TenantId tenant, VerificationId verification, int send, OneTimeCode code)
    {
        var keys = ring.Region.Code;
        Span<byte> expected = stackalloc byte[KeyedMac.Size];
        var matches = false;
        for (var i = 0; i < keys.Count; i++)
        {
            Mac(keys.KeyAt(i), ring.RegionName, tenant, verification, send, code, expected);
            matches |= CryptographicOperations.FixedTimeEquals(expected, mac);
        }

        CryptographicOperations.ZeroMemory(expected);
        return matches && code.Length > 0;
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> SealAsync(
        TenantId tenant, AliasId alias, VerificationId verification, int send, OneTimeCode code, CancellationToken cancellationToken = default)
    {
        using var key = await subjects.LeaseAsync(tenant, alias, cancellationToken);
        return Seal(key.Keys.Newest, ring.RegionName, tenant, alias, verification, send, code);
    }

    /// <inheritdoc/>
    public async ValueTask<OneTimeCode> OpenAsync(
        TenantId tenant, AliasId alias, VerificationId verification, int send, ReadOnlyMemory<byte> sealedCode, CancellationToken cancellationToken = default)
    {
        using var key = await subjects.LeaseAsync(tenant, alias, cancellationToken);
        return Open(key.Keys.Newest, ring.RegionName, tenant, alias, verification, send, sealedCode.Span);
    }

    internal static void Mac(
        ReadOnlySpan<byte> key, string region, TenantId tenant, VerificationId verification, int send, OneTimeCode code, Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[AsciiWriter.BufferSize];
        var message = new AsciiWriter(buffer);
        message.Add(region);
        message.Add(tenant.Value);
        message.Add(verification.Value);
        message.Add(send);
        message.Advance(code.Reveal(message.Rest()));
        KeyedMac.Compute(key, message.Written, destination);
        CryptographicOperations.ZeroMemory(buffer);
    }

    internal static byte[] Seal(
        ReadOnlySpan<byte> key, string region, TenantId tenant, AliasId alias, VerificationId verification, int send, OneTimeCode code)
    {
        Span<byte> nonce = stackalloc byte[Envelope.NonceSize];
        SecureRandom.Fill(nonce);
        return Seal(key, nonce, region, tenant, alias, verification, send, code);
    }

    internal static byte[] Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, string region, TenantId tenant, AliasId alias, VerificationId verification, int send, OneTimeCode code)
    {
        Span<byte> buffer = stackalloc byte[AsciiWriter.BufferSize];
        Span<byte> plaintext = stackalloc byte[OneTimeCode.MaxLength];
        plaintext.Clear();
        if (code.Reveal(plaintext) == 0)
        {
            throw new ArgumentException("There is no code to seal.", nameof(code));
        }

        var result = Envelope.Seal(key, nonce, Bind(buffer, region, tenant, alias, verification, send), plaintext);
        CryptographicOperations.ZeroMemory(plaintext);
        return result;
    }

    internal static OneTimeCode Open(
        ReadOnlySpan<byte> key, string region, TenantId tenant, AliasId alias, VerificationId verification, int send, ReadOnlySpan<byte> sealedCode)
    {
        Span<byte> buffer = stackalloc byte[AsciiWriter.BufferSize];
        Span<byte> plaintext = stackalloc byte[OneTimeCode.MaxLength];
        Span<char> digits = stackalloc char[OneTimeCode.MaxLength];
        try
        {
            if (Envelope.TryOpen(key, Bind(buffer, region, tenant, alias, verification, send), sealedCode, plaintext))
            {
                var length = plaintext.IndexOf((byte)0) is var end and >= 0 ? end : plaintext.Length;
                for (var i = 0; i < length; i++)
                {
                    digits[i] = (char)plaintext[i];
                }

                if (OneTimeCode.TryParse(digits[..length], out var code))
                {
                    return code;
                }
            }

            throw new SealBrokenException("A sealed code does not open: swapped or edited.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
            digits.Clear();
        }
    }

    private static ReadOnlySpan<byte> Bind(Span<byte> buffer, string region, TenantId tenant, AliasId alias, VerificationId verification, int send)
    {
        var data = new AsciiWriter(buffer);
        data.Add("mv-code/1");
        data.Add(region);
        data.Add(tenant.Value);
        data.Add(alias.Value);
        data.Add(verification.Value);
        data.Add(send);
        return data.Written;
    }
}
