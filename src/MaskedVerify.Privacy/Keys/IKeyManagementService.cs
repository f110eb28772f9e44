namespace MaskedVerify.Privacy;

/// <summary>
/// The region's root of trust. Only wrapping and unwrapping of key material goes here; numbers and codes never do.
/// Every failure is a <see cref="KeyManagementException"/>, and no failure ever leads to plaintext.
/// </summary>
public interface IKeyManagementService
{
    /// <summary>Short name of the adapter for logs and readiness: <c>local-file</c>, <c>pkcs11</c>, ….</summary>
    string Name { get; }

    /// <summary>Whether live tenants may be served with it. False for the local file unless the operator said otherwise.</summary>
    bool AllowsLiveTenants { get; }

    /// <summary>Encrypts 16 to 64 bytes of key material under the root key; <paramref name="context"/> is bound as additional authenticated data.</summary>
    ValueTask<byte[]> WrapAsync(ReadOnlyMemory<byte> keyMaterial, ReadOnlyMemory<byte> context, CancellationToken cancellationToken = default);

    /// <summary>Reverses <see cref="WrapAsync"/>. The caller zeroes the result.</summary>
    /// <exception cref="KeyManagementException">Wrong context, edited bytes, or the service is away.</exception>
    ValueTask<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, ReadOnlyMemory<byte> context, CancellationToken cancellationToken = default);
}

/// <summary>A key service failed, or a wrapped key does not open. Carries no key material and no user data.</summary>
public sealed class KeyManagementException(string message, Exception? innerException = null) : Exception(message, innerException);
