using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Sandbox;

/// <summary>Message ids that no other process and no earlier run has given: <c>sb-</c>, 26 characters of 128 random bits per process, <c>-</c>, a counter.</summary>
internal sealed class SandboxMessageIds
{
    private readonly string _prefix = MakePrefix();
    private long _last;

    public string Next() => string.Create(null, stackalloc char[64], $"{_prefix}{Interlocked.Increment(ref _last)}");

    private static string MakePrefix()
    {
        Span<byte> random = stackalloc byte[16];
        SecureRandom.Fill(random);
        Span<char> text = stackalloc char[Base32.Length128];
        Base32.Write(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(random), text);
        return $"sb-{text}-";
    }
}
