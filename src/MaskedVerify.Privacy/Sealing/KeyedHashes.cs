using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>
/// Messages under the MACs, all ASCII or UTF-8:
/// <list type="bullet">
/// <item>guard: the E.164 digits without <c>+</c>, for test traffic after <c>mv-guard-test/1|</c>, under the newest region guard key;</item>
/// <item>send beside a guard: <c>mv-guard-send/1|verification|send</c>, under the same key, the first 16 bytes;</item>
/// <item>kept limits: <c>mv-kept/1|tenant|context|</c> and the digits, under the same key;</item>
/// <item>idempotency: <c>mv-idempotency/1|tenant|key</c>, under the tenant fingerprint key;</item>
/// <item>fingerprint: <c>mv-fingerprint/1|tenant|</c>, then for each part its length in UTF-8 bytes (4 bytes, big-endian) and its UTF-8 bytes; the first
/// 16 bytes of the MAC under the tenant fingerprint key.</item>
/// </list>
/// </summary>
internal sealed class KeyedHashes(KeyRing ring) : IKeyedHashes
{
    private const int FingerprintSize = 16;

    private static ReadOnlySpan<byte> TestTraffic => "mv-guard-test/1|"u8;

    /// <inheritdoc/>
    public byte[] Guard(PhoneNumber number, bool live)
    {
        var prefix = live ? [] : TestTraffic;
        Span<byte> message = stackalloc byte[TestTraffic.Length + 16];
        prefix.CopyTo(message);
        var result = new byte[KeyedMac.Size];
        var length = prefix.Length + number.Reveal(message[prefix.Length..]);
        KeyedMac.Compute(ring.Region.Guard.Newest, message[..length], result);
        CryptographicOperations.ZeroMemory(message);
        return result;
    }

    /// <inheritdoc/>
    public byte[] GuardedSend(VerificationId verification, int send)
    {
        Span<byte> message = stackalloc byte[128];
        var writer = new AsciiWriter(message);
        writer.Add("mv-guard-send/1");
        writer.Add(verification.Value);
        writer.Add(send);
        Span<byte> mac = stackalloc byte[KeyedMac.Size];
        KeyedMac.Compute(ring.Region.Guard.Newest, writer.Written, mac);
        return mac[..16].ToArray();
    }

    /// <inheritdoc/>
    public byte[] Kept(TenantId tenant, string context, PhoneNumber number)
    {
        Span<byte> message = stackalloc byte[160];
        var writer = new AsciiWriter(message);
        writer.Add("mv-kept/1");
        writer.Add(tenant.Value);
        writer.Add(context);
        writer.Rest();
        var start = writer.Written.Length;
        var length = start + number.Reveal(message[start..]);
        var result = new byte[KeyedMac.Size];
        KeyedMac.Compute(ring.Region.Guard.Newest, message[..length], result);
        CryptographicOperations.ZeroMemory(message);
        return result;
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> IdempotencyAsync(TenantId tenant, IdempotencyKey key, CancellationToken cancellationToken = default)
    {
        using var lease = await ring.LeaseAsync(tenant, KeyNames.TenantFingerprint, cancellationToken);
        return Idempotency(lease.Keys.Newest, tenant, key);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> FingerprintAsync(TenantId tenant, IReadOnlyList<string> parts, CancellationToken cancellationToken = default)
    {
        using var lease = await ring.LeaseAsync(tenant, KeyNames.TenantFingerprint, cancellationToken);
        return Fingerprint(lease.Keys.Newest, tenant, parts);
    }

    internal static byte[] Idempotency(ReadOnlySpan<byte> key, TenantId tenant, IdempotencyKey idempotencyKey)
    {
        Span<byte> buffer = stackalloc byte[64 + IdempotencyKey.MaxLength];
        var message = new AsciiWriter(buffer);
        message.Add("mv-idempotency/1");
        message.Add(tenant.Value);
        message.Add(idempotencyKey.Reveal());
        var result = new byte[KeyedMac.Size];
        KeyedMac.Compute(key, message.Written, result);
        return result;
    }

    internal static byte[] Fingerprint(ReadOnlySpan<byte> key, TenantId tenant, IReadOnlyList<string> parts)
    {
        Span<byte> buffer = stackalloc byte[512];
        var header = new AsciiWriter(buffer);
        header.Add("mv-fingerprint/1");
        header.Add(tenant.Value);
        header.Rest();
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(header.Written);
        foreach (var part in parts)
        {
            var length = Encoding.UTF8.GetByteCount(part);
            var bytes = length <= buffer.Length - sizeof(int) ? buffer[..(sizeof(int) + length)] : new byte[sizeof(int) + length];
            BinaryPrimitives.WriteInt32BigEndian(bytes, length);
            Encoding.UTF8.GetBytes(part, bytes[sizeof(int)..]);
            hash.AppendData(bytes);
        }

        Span<byte> mac = stackalloc byte[KeyedMac.Size];
        hash.GetHashAndReset(mac);
        return mac[..FingerprintSize].ToArray();
    }
}
