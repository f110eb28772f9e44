using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>
/// A number at rest, 37 bytes: 1 byte format version (1), 12 bytes nonce, 8 bytes ciphertext, 16 bytes tag. The plaintext is the E.164 digits as one
/// big-endian 64-bit integer, so the length of the number does not show. Additional authenticated data
/// <c>mv-number/1|phone-alias|region|tenant|alias|1</c>: state name, owner and version of the format.
/// </summary>
internal static class SealedNumbers
{
    // The name of the state row that holds it. For ever: it is part of what every stored number is bound to.
    private const string StateName = "phone-alias";

    private const int PlaintextSize = sizeof(ulong);

    /// <summary>Seals a number under a subject key.</summary>
    public static SealedNumber Seal(ReadOnlySpan<byte> key, string region, TenantId tenant, AliasId alias, PhoneNumber number)
    {
        Span<byte> nonce = stackalloc byte[Envelope.NonceSize];
        SecureRandom.Fill(nonce);
        return Seal(key, nonce, region, tenant, alias, number);
    }

    internal static SealedNumber Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, string region, TenantId tenant, AliasId alias, PhoneNumber number)
    {
        Span<byte> buffer = stackalloc byte[AsciiWriter.BufferSize];
        Span<byte> digits = stackalloc byte[16];
        Span<byte> plaintext = stackalloc byte[PlaintextSize];
        try
        {
            var length = number.Reveal(digits);
            if (number.IsNone || !Utf8Parser.TryParse(digits[..length], out ulong packed, out _))
            {
                throw new ArgumentException("There is no number to seal.", nameof(number));
            }

            BinaryPrimitives.WriteUInt64BigEndian(plaintext, packed);
            return new SealedNumber(Envelope.Seal(key, nonce, Bind(buffer, region, tenant, alias), plaintext));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(digits);
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Opens a sealed number.</summary>
    /// <exception cref="SealBrokenException">Swapped or edited.</exception>
    public static PhoneNumber Open(ReadOnlySpan<byte> key, string region, TenantId tenant, AliasId alias, SealedNumber sealedNumber)
    {
        Span<byte> buffer = stackalloc byte[AsciiWriter.BufferSize];
        Span<byte> plaintext = stackalloc byte[PlaintextSize];
        Span<char> digits = stackalloc char[20];
        try
        {
            if (Envelope.TryOpen(key, Bind(buffer, region, tenant, alias), sealedNumber.Bytes, plaintext)
                && BinaryPrimitives.ReadUInt64BigEndian(plaintext).TryFormat(digits, out var length)
                && PhoneNumber.FromE164Digits(digits[..length]) is { IsNone: false } number)
            {
                return number;
            }

            throw new SealBrokenException("A sealed number does not open: swapped or edited.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
            digits.Clear();
        }
    }

    private static ReadOnlySpan<byte> Bind(Span<byte> buffer, string region, TenantId tenant, AliasId alias)
    {
        var data = new AsciiWriter(buffer);
        data.Add("mv-number/1");
        data.Add(StateName);
        data.Add(region);
        data.Add(tenant.Value);
        data.Add(alias.Value);
        data.Add(Envelope.FormatVersion);
        return data.Written;
    }
}
